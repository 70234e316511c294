package dev.concertina.fleet.runtime;

import dev.concertina.fleet.console.FleetEvent;
import dev.concertina.fleet.control.Action;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** The fleet's story: the latest events in memory, each handed on as it happens. */
public final class Chronicle {
    private static final int KEPT = 2000;

    private final Deque<FleetEvent> latest = new ArrayDeque<>();
    private final List<Consumer<FleetEvent>> listeners = new CopyOnWriteArrayList<>();
    private final Function<String, Optional<String>> evidence;
    private long sequence;

    /**
     * @param sequence of the last event told before
     * @param evidence the end of an instance's log
     */
    public Chronicle(long sequence, Function<String, Optional<String>> evidence) {
        this.sequence = sequence;
        this.evidence = evidence;
    }

    void tell(Action.Tell line, Instant at) {
        Optional<String> detail =
                line.evidence() ? evidence.apply(line.subject()) : Optional.empty();
        add(line.kind(), line.subject(), line.text(), detail, at);
    }

    /** What happened outside of control, such as a service that was started. */
    public synchronized void add(
            String kind, String subject, String text, Optional<String> detail, Instant at) {
        var event = new FleetEvent(++sequence, at, kind, subject, text, detail);
        latest.addLast(event);
        if (latest.size() > KEPT) {
            latest.removeFirst();
        }
        listeners.forEach(listener -> listener.accept(event));
    }

    /**
     * Hands over every event from {@code from} on that is still known, then each as it happens. The
     * listener must not block.
     *
     * @return ends it
     */
    public synchronized Runnable follow(long from, Consumer<FleetEvent> listener) {
        new ArrayList<>(latest).stream().filter(e -> e.sequence() >= from).forEach(listener);
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** The number the next event will have. */
    public synchronized long next() {
        return sequence + 1;
    }
}

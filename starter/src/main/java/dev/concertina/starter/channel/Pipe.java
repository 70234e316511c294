package dev.concertina.starter.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits to be written to one client, and the thread that writes it. It holds so much and no
 * more: a client that does not take it is told to come back, and finds the rest in the history.
 */
final class Pipe implements Teller {
    private static final Logger log = LoggerFactory.getLogger(Pipe.class);

    /** Nobody interrupts the writer: that would close the connection under its hands. */
    private static final Outlet.Word NUDGE =
            new Outlet.Word(new Room(Optional.empty(), "none"), new Told.Nudge());

    private static final long LOOK_NANOS = 1_000_000;

    private final Outlet outlet;
    private final int max;
    private final Counters counters;
    private final Duration beat;
    private final long deadline;
    private final LinkedBlockingQueue<Outlet.Word> queue;
    private final AtomicBoolean ending = new AtomicBoolean();
    private volatile boolean gone;
    private volatile Ending why = Ending.LEAVING;
    private volatile Duration retry = Duration.ZERO;
    private volatile Runnable after = () -> {};

    /**
     * @param max what may wait
     * @param beat longest silence
     * @param life after which it ends
     */
    Pipe(Outlet outlet, Counters counters, int max, Duration beat, Duration life) {
        this.outlet = outlet;
        this.counters = counters;
        this.beat = beat;
        this.max = max;
        // Not all at the same moment, those who came at the same.
        long nanos = life.toNanos() - Chance.upTo(life.toNanos() / 4);
        this.deadline = System.nanoTime() + nanos;
        this.queue = new LinkedBlockingQueue<>(max);
    }

    /**
     * Begins to write.
     *
     * @param after runs once when it is over, however it ends
     */
    void start(Runnable after) {
        this.after = after;
        var unused = Thread.ofVirtual().name("concertina-channel").start(this::run);
    }

    /** Without waiting: what does not fit ends the connection. */
    @Override
    public void offer(Room room, Told told) {
        if (!ending.get() && !queue.offer(new Outlet.Word(room, told))) {
            counters.slow.increment();
            // What waits is still written, so that each time brings the client further.
            var unused = end(Ending.SLOW, Duration.ZERO);
        }
    }

    @Override
    public void awaitRoom() {
        while (!ending.get() && queue.size() > max - ChannelStore.PAGE) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Ends it after what waits was written. */
    boolean end(Ending why, Duration retry) {
        if (!ending.compareAndSet(false, true)) {
            return false;
        }
        this.why = why;
        this.retry = retry;
        var unused = queue.offer(NUDGE);
        return true;
    }

    /** The client is gone. */
    void gone() {
        gone = true;
        ending.set(true);
        var unused = queue.offer(NUDGE);
    }

    private void run() {
        try {
            write();
            if (!gone) {
                outlet.end(why, retry);
            }
        } catch (IOException | IllegalStateException e) {
            log.debug("a subscriber is gone", e);
        } finally {
            ending.set(true);
            queue.clear();
            outlet.close();
            after.run();
        }
    }

    private void write() throws IOException {
        var words = new ArrayList<Outlet.Word>();
        while (!gone) {
            next().ifPresent(words::add);
            var unused = queue.drainTo(words);
            boolean quiet = words.isEmpty();
            words.removeIf(word -> word.told() instanceof Told.Nudge);
            if (!words.isEmpty()) {
                outlet.write(words);
                count(words);
                words.clear();
            } else if (ending.get()) {
                return;
            } else if (System.nanoTime() - deadline >= 0) {
                var first = end(Ending.EXPIRED, Duration.ZERO);
                log.debug("a subscription has lasted its time: {}", first);
            } else if (quiet) {
                outlet.beat();
            }
        }
    }

    private Optional<Outlet.Word> next() {
        long wait =
                ending.get()
                        ? 0
                        : Math.min(beat.toNanos(), Math.max(0, deadline - System.nanoTime()));
        try {
            return Optional.ofNullable(queue.poll(wait, TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            gone = true;
            return Optional.empty();
        }
    }

    private void count(List<Outlet.Word> words) {
        long now = System.nanoTime();
        for (var word : words) {
            if (word.told() instanceof Told.Message(Publication publication)) {
                counters.delivered(now - publication.heardNanos());
            } else if (word.told() instanceof Told.Reset) {
                counters.resets.increment();
            }
        }
    }
}

package dev.concertina.fleet.runtime;

import dev.concertina.fleet.control.ProcessRef;
import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.host.Precedence;
import dev.concertina.fleet.host.ProcessIdentity;
import dev.concertina.fleet.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Has what is starting give way to what serves. A JVM that starts keeps all processors busy, and
 * each of the threads through which a request passes would wait until one of its threads has had
 * its turn. See {@link Precedence} for what it gives up.
 */
public final class GivingWay {
    private static final Duration EVERY = Duration.ofMillis(100);

    private final FleetLoop loop;
    private final Time time;
    private final Executor blocking;
    private final Map<ProcessRef, Boolean> said = new HashMap<>();

    /**
     * @param blocking where files may be written
     */
    public GivingWay(FleetLoop loop, Time time, Executor blocking) {
        this.loop = loop;
        this.time = time;
        this.blocking = blocking;
    }

    /** Nothing happens where the kernel cannot do it. */
    public void begin() {
        if (Precedence.available()) {
            lookLater();
        }
    }

    private void lookLater() {
        time.after(EVERY, () -> blocking.execute(this::look));
    }

    private void look() {
        var wanted = wanted(loop.state().slots());
        said.keySet().retainAll(wanted.keySet());
        wanted.forEach((process, givesWay) -> {
            // What an earlier fleet process said is not known.
            if (!givesWay.equals(said.get(process))
                    && Precedence.say(
                            new ProcessIdentity(process.pid(), process.startTime()), givesWay)) {
                said.put(process, givesWay);
            }
        });
        lookLater();
    }

    /** Whether each process gives way. */
    static Map<ProcessRef, Boolean> wanted(List<Slot> slots) {
        boolean served = slots.stream().anyMatch(Slot.Ready.class::isInstance);
        var wanted = new HashMap<ProcessRef, Boolean>();
        for (var slot : slots) {
            boolean starts = slot instanceof Slot.Starting;
            slot.running().ifPresent(process -> wanted.put(process, starts && served));
        }
        return wanted;
    }
}

package dev.concertina.fleet.runtime;

import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.ProcessRef;
import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.host.Autogroup;
import dev.concertina.fleet.host.ProcessIdentity;
import dev.concertina.fleet.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Has what is starting give way to what serves: a JVM that starts would take all processors, and
 * the requests of the others would wait for it. It gets what nobody else wants until it is ready.
 */
public final class GivingWay {
    private static final Duration EVERY = Duration.ofMillis(100);

    /** A tenth of what a process that serves gets, where both want all. */
    private static final int GIVING_WAY = 10;

    private final FleetLoop loop;
    private final Time time;
    private final Executor blocking;
    private final Map<ProcessRef, Integer> said = new HashMap<>();

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
        if (Autogroup.available()) {
            time.after(EVERY, () -> blocking.execute(this::look));
        }
    }

    private void look() {
        var wanted = wanted(loop.state());
        said.keySet().retainAll(wanted.keySet());
        wanted.forEach((process, nice) -> {
            // What an earlier fleet process said is not known.
            if (!nice.equals(said.get(process))
                    && Autogroup.nice(
                            new ProcessIdentity(process.pid(), process.startTime()), nice)) {
                said.put(process, nice);
            }
        });
        begin();
    }

    static Map<ProcessRef, Integer> wanted(FleetState state) {
        boolean served = state.slots().stream().anyMatch(Slot.Ready.class::isInstance);
        var wanted = new HashMap<ProcessRef, Integer>();
        for (var slot : state.slots()) {
            boolean starts = slot instanceof Slot.Starting;
            slot.running()
                    .ifPresent(process ->
                            wanted.put(
                                    process, starts && served ? GIVING_WAY : Autogroup.ORDINARY));
        }
        return wanted;
    }
}

package dev.concertina.fleet.runtime;

import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.host.LogRotation;
import dev.concertina.fleet.time.Time;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/** Looks at the log files every few seconds, while a fleet process runs. */
public final class LogKeeper {
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final LogRotation rotation;
    private final FleetLoop loop;
    private final Chronicle chronicle;
    private final Time time;
    private final Executor blocking;
    private final Set<String> told = new HashSet<>();

    /**
     * @param blocking where files may be copied
     */
    public LogKeeper(
            LogRotation rotation,
            FleetLoop loop,
            Chronicle chronicle,
            Time time,
            Executor blocking) {
        this.rotation = rotation;
        this.loop = loop;
        this.chronicle = chronicle;
        this.time = time;
        this.blocking = blocking;
    }

    public void begin() {
        time.after(EVERY, () -> blocking.execute(this::look));
    }

    private void look() {
        Set<String> living =
                loop.state().slots().stream().map(Slot::instance).collect(Collectors.toSet());
        List<String> troubles = rotation.look(living);
        for (String trouble : troubles) {
            // A full disk says the same every time.
            if (told.add(trouble)) {
                chronicle.add("logs.trouble", "logs", trouble, Optional.empty(), time.now());
            }
        }
        begin();
    }
}

package dev.concertina.verifier.check;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.console.FleetStatus.InstanceStatus;
import java.time.Duration;
import java.time.Instant;

/** Faults on the fleet's own processes. */
public final class ProcessFaults implements Faults {
    // Linux tells the start in ticks since a boot that it tells in whole seconds.
    private static final Duration START_ROUNDING = Duration.ofSeconds(2);

    private final FleetCommands fleet;

    public ProcessFaults(FleetCommands fleet) {
        this.fleet = fleet;
    }

    // The handle is bound to pid and start time. Asking the fleet again after it was taken makes
    // sure that the process it is bound to is the instance, not a later owner of the number; so
    // does its start, should the fleet not have seen yet that the instance has ended.
    @Override
    public boolean kill(InstanceStatus instance) {
        var process =
                ProcessHandle.of(instance.pid()).filter(p -> startedBefore(p, instance.since()));
        boolean still =
                fleet.status().instances().stream()
                        .anyMatch(i -> i.id().equals(instance.id()) && i.pid() == instance.pid());
        return still && process.map(ProcessHandle::destroyForcibly).orElse(false);
    }

    private static boolean startedBefore(ProcessHandle process, Instant moment) {
        return process.info()
                .startInstant()
                .map(start -> start.isBefore(moment.plus(START_ROUNDING)))
                .orElse(true);
    }
}

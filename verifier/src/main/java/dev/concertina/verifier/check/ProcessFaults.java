package dev.concertina.verifier.check;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.console.FleetStatus.InstanceStatus;

/** Faults on the fleet's own processes. */
public final class ProcessFaults implements Faults {
    private final FleetCommands fleet;

    public ProcessFaults(FleetCommands fleet) {
        this.fleet = fleet;
    }

    // The handle is bound to pid and start time. Asking the fleet again after it was taken makes
    // sure that the process it is bound to is the instance, not a later owner of the number.
    @Override
    public boolean kill(InstanceStatus instance) {
        var process = ProcessHandle.of(instance.pid());
        boolean still =
                fleet.status().instances().stream()
                        .anyMatch(
                                i -> i.id().equals(instance.id()) && i.pid() == instance.pid());
        return still && process.map(ProcessHandle::destroyForcibly).orElse(false);
    }
}

package dev.concertina.verifier.check;

import dev.concertina.fleet.console.FleetStatus.InstanceStatus;

/** Harm that is done on purpose. */
public interface Faults {
    /**
     * Ends the instance's process as {@code kill -9} does.
     *
     * @return false if the process was not there any more
     */
    boolean kill(InstanceStatus instance);
}

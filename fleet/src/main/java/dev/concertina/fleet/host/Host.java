package dev.concertina.fleet.host;

import java.util.Optional;

/** Starts processes and takes over running ones. Calls may fork but do not wait for the program. */
public interface Host {
    /**
     * Starts a process in no terminal's process group, its output appended to {@link
     * LaunchSpec#log()}, so that it outlives the caller.
     *
     * @throws HostException if the operating system refuses; the message names the program and the
     *     next move
     */
    Instance start(LaunchSpec spec);

    /**
     * Takes over a process that an earlier fleet process started. Empty if no process has this pid
     * and this start time, or if it has ended and merely was not reaped.
     */
    Optional<Instance> adopt(ProcessIdentity identity);

    /**
     * A running process whose environment holds this value: one that was started just before the
     * fleet process ended, too late for its identity to be written down. Empty if there is none, or
     * if the host cannot tell.
     */
    default Optional<Instance> find(String variable, String value) {
        return Optional.empty();
    }

    /**
     * A TCP port on the loopback address that nobody listens on and that no other call returned.
     */
    int freePort();
}

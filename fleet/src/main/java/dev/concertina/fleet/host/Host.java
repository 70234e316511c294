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
     * The running process of this user that was started with {@code name=value} in its environment;
     * of a family that inherited it, the oldest. This is how a fleet process that died between
     * starting a process and writing that down finds it again. Empty where the operating system
     * does not tell.
     */
    Optional<Instance> find(String name, String value);

    /**
     * A TCP port on the loopback address that nobody listens on and that no other call returned.
     */
    int freePort();
}

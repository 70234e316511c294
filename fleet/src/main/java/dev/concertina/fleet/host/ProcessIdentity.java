package dev.concertina.fleet.host;

/**
 * A process that cannot be mistaken for another: pids are reused, a pid with its start time is not.
 *
 * @param startTime as the host counts it (on Linux: field 22 of /proc/pid/stat, clock ticks since
 *     boot); only ever compared for equality
 */
public record ProcessIdentity(long pid, long startTime) {}

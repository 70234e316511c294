package dev.concertina.fleet.control.scale;

import java.time.Duration;
import java.time.Instant;

/**
 * What the operating system says of a process at one moment.
 *
 * @param cpuTime used since it started, over all its threads
 * @param residentBytes memory it holds now
 */
public record LoadPoint(Instant at, Duration cpuTime, long residentBytes) {}

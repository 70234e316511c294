package dev.concertina.fleet.probe;

import java.time.Duration;

/**
 * What a process has used.
 *
 * @param cpu user and system time of all its threads since it started; only grows
 * @param residentBytes memory it holds at this moment
 */
public record ProcessLoad(Duration cpu, long residentBytes) {}

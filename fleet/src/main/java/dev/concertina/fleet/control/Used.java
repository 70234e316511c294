package dev.concertina.fleet.control;

import java.time.Duration;

/**
 * What a process has used.
 *
 * @param cpu since it started, over all its threads
 * @param residentBytes memory it holds now
 */
public record Used(Duration cpu, long residentBytes) {}

package dev.concertina.fleet.control.scale;

import java.time.Duration;
import java.time.Instant;

/**
 * One instance's usage.
 *
 * @param value mean over the window, in the unit of the metric's target
 * @param at end of the window
 */
public record Sample(long value, Instant at, Duration window) {}

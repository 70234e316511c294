package dev.concertina.fleet.control.scale;

import java.time.Instant;
import java.util.OptionalDouble;

/**
 * What a fleet served between two looks at its processes, and what that cost.
 *
 * @param at the second look
 * @param requestsPerSecond that ended, of all instances
 * @param instances that took requests
 * @param cpu mean of the instances, in percent of the allowance; empty where one of them was new,
 *     leaving or not seen twice, so that the load does not say what requests cost
 */
public record Measurement(
        Instant at, double requestsPerSecond, int instances, OptionalDouble cpu) {}

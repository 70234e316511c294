package dev.concertina.contract;

/**
 * What the gateway has seen of one target since the gateway started. Counters only grow, so the
 * difference of two samples is exact whatever happened between.
 *
 * @param inFlight claims held at this moment
 * @param requests requests given to the target, retries included
 * @param failures of these, the ones that ended without a complete response from it
 * @param serverErrors responses with status 500 to 599
 * @param latencyNanos sum of the times from claim to last byte, of requests that ended; for a
 *     WebSocket and an event stream to the end of the response's head, because what follows lasts
 *     as long as its client likes
 */
public record LoadSample(
        InstanceId id,
        int inFlight,
        long requests,
        long failures,
        long serverErrors,
        long latencyNanos) {}

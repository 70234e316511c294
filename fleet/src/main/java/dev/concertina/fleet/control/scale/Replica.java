package dev.concertina.fleet.control.scale;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One instance as the autoscaler sees it; upstream's pod.
 *
 * @param leaving being deleted: draining or stopping
 * @param startedAt empty while there is no process
 * @param ready empty before the first answer of a health check
 * @param requests the allowance of each resource, in its unit
 */
public record Replica(
        String name,
        Phase phase,
        boolean leaving,
        Optional<Instant> startedAt,
        Optional<Ready> ready,
        Map<Resource, Long> requests) {

    public Replica {
        requests = Map.copyOf(requests);
    }

    public enum Phase {
        PENDING,
        RUNNING,
        SUCCEEDED,
        FAILED
    }

    /**
     * The readiness condition.
     *
     * @param since when it last changed between ready and not
     */
    public record Ready(boolean yes, Instant since) {}

    boolean serving() {
        return phase == Phase.RUNNING && ready.map(Ready::yes).orElse(false);
    }

    boolean ended() {
        return phase == Phase.SUCCEEDED || phase == Phase.FAILED;
    }
}

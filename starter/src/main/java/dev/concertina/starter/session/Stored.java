package dev.concertina.starter.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * A session as it is kept.
 *
 * @param owner random name that stays when the id changes; envelopes are bound to it
 * @param version counter and the last writer's operation, so that no two contents share one
 * @param lastAccess as precise as touches are frequent
 * @param idle how long it lives without a request; zero or less is until the absolute end
 * @param values envelope by attribute name
 */
record Stored(
        String owner,
        String version,
        Instant createdAt,
        Instant lastAccess,
        Duration idle,
        Map<String, byte[]> values) {

    Stored {
        values = Map.copyOf(values);
    }

    static long counter(String version) {
        return Long.parseLong(version.substring(0, version.indexOf(':')));
    }
}

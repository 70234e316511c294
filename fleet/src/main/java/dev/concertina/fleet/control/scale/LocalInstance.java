package dev.concertina.fleet.control.scale;

import java.time.Instant;
import java.util.Optional;

/**
 * What supervision knows of one instance.
 *
 * @param startedAt when its process was started; empty while it waits for a (re)start
 * @param ready the last answer of the health check and when that changed; empty before the first
 */
public record LocalInstance(
        String name, State state, Optional<Instant> startedAt, Optional<Replica.Ready> ready) {

    public enum State {
        /** Waiting for a start, or not ready for the first time yet. */
        STARTING,
        /** Was ready at least once and is to serve. */
        SERVING,
        /** Takes no new request: draining or stopping, by a scale-in, a rollout or a restart. */
        LEAVING,
        ENDED
    }
}

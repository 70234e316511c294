package dev.concertina.starter.session;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one request did to a session.
 *
 * @param operation random; a store that has seen it changes nothing again
 * @param creates the owner name when the session is new
 * @param idle new idle time; always present when the session is new
 * @param moveTo the key of its new id, when the id changes
 */
record Change(
        String operation,
        Optional<String> creates,
        Optional<Duration> idle,
        Map<String, byte[]> puts,
        Set<String> removals,
        Optional<SessionKey> moveTo) {

    Change {
        puts = Map.copyOf(puts);
        removals = Set.copyOf(removals);
    }

    boolean isEmpty() {
        return creates.isEmpty()
                && idle.isEmpty()
                && puts.isEmpty()
                && removals.isEmpty()
                && moveTo.isEmpty();
    }
}

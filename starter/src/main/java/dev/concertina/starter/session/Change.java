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
 * @param user tag of the user the session is now known to belong to, or {@link #NOBODY}; empty when
 *     that did not change
 * @param moveTo the key of its new id, when the id changes
 */
record Change(
        String operation,
        Optional<String> creates,
        Optional<Duration> idle,
        Optional<String> user,
        Map<String, byte[]> puts,
        Set<String> removals,
        Optional<SessionKey> moveTo) {

    /** In place of a user's tag. */
    static final String NOBODY = "-";

    Change {
        puts = Map.copyOf(puts);
        removals = Set.copyOf(removals);
    }

    boolean isEmpty() {
        return creates.isEmpty()
                && idle.isEmpty()
                && user.isEmpty()
                && puts.isEmpty()
                && removals.isEmpty()
                && moveTo.isEmpty();
    }
}

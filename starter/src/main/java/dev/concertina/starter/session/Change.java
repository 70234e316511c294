package dev.concertina.starter.session;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one request did to a session.
 *
 * @param operation random; a store that has seen it changes nothing again
 * @param owner the session's own name, which never changes
 * @param creates whether the session is new
 * @param idle new idle time; always present when the session is new
 * @param user tag of the user the session is now known to belong to, or {@link #NOBODY}; empty when
 *     that did not change
 * @param moveTo the key of its new id, when the id changes
 * @param stamp that the session belongs at the key it has from now on, when it is new or moves and
 *     its values are sealed
 */
record Change(
        String operation,
        String owner,
        boolean creates,
        Optional<Duration> idle,
        Optional<String> user,
        Map<String, byte[]> puts,
        Set<String> removals,
        Optional<SessionKey> moveTo,
        Optional<String> stamp) {

    /** In place of a user's tag. */
    static final String NOBODY = "-";

    Change {
        puts = Map.copyOf(puts);
        removals = Set.copyOf(removals);
    }

    boolean isEmpty() {
        return !creates
                && idle.isEmpty()
                && user.isEmpty()
                && puts.isEmpty()
                && removals.isEmpty()
                && moveTo.isEmpty();
    }
}

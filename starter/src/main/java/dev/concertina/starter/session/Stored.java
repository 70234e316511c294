package dev.concertina.starter.session;

import dev.concertina.starter.request.UserTag;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A session as it is kept.
 *
 * @param owner random name that stays when the id changes; envelopes are bound to it
 * @param version counter and the last writer's operation, so that no two contents share one
 * @param lastAccess as precise as touches are frequent
 * @param idle how long it lives without a request; zero or less is until the absolute end
 * @param user whose it is, once somebody has logged in
 * @param stamp proves that it belongs at its key; empty text when nothing is sealed
 * @param values envelope by attribute name
 */
record Stored(
        String owner,
        String version,
        Instant createdAt,
        Instant lastAccess,
        Duration idle,
        Optional<UserTag> user,
        String stamp,
        Map<String, byte[]> values) {

    Stored {
        values = Map.copyOf(values);
    }

    /** The user after a change. */
    Optional<UserTag> user(Change change) {
        return change.user()
                .map(tag ->
                        Optional.of(tag).filter(t -> !t.equals(Change.NOBODY)).map(UserTag::new))
                .orElse(user);
    }

    static long counter(String version) {
        return Long.parseLong(version.substring(0, version.indexOf(':')));
    }
}

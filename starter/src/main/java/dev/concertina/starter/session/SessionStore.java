package dev.concertina.starter.session;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Question;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where sessions are kept. Each call is atomic; time is the store's own. Any call may throw {@link
 * Outage}.
 */
interface SessionStore {
    /** How long the old key of a moved session still leads its late writers to the new one. */
    Duration TOMBSTONE = Duration.ofMinutes(1);

    /** How long a key outlives its idle time, so that its end is decided by the clock of a read. */
    Duration GRACE = Duration.ofMinutes(1);

    /**
     * Looks a session up and notes the access if the last note is {@code touchEvery} ago.
     *
     * @param known version the asker holds, or empty text
     */
    Found find(SessionKey key, String known, Duration touchEvery);

    Outcome save(SessionKey key, Change change);

    /** Ends a session, also under its new id if it moved. */
    void delete(SessionKey key);

    /** How to look up inside the request's one call, when this store can. */
    default Optional<Asking> asking() {
        return Optional.empty();
    }

    /** {@link #find} in two halves, around a call somebody else makes. */
    interface Asking {
        String script();

        String userScript();

        Question question(SessionKey key, String known, Duration touchEvery);

        Found found(List<@Nullable Object> reply);
    }
}

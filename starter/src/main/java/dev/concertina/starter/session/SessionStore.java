package dev.concertina.starter.session;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.UserTag;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where sessions are kept. Each call is atomic; time is the store's own. Any call may throw {@link
 * Outage}.
 */
interface SessionStore {
    /** How long the old key of a moved session still leads its late writers to the new one. */
    Duration TOMBSTONE = Duration.ofMinutes(1);

    /**
     * How long a session that ended is kept for the instance that tells the application of it.
     * Usually that is seconds; it is so long for the time when no instance runs.
     */
    Duration GRACE = Duration.ofDays(1);

    /**
     * Looks a session up and notes the access if the last note is {@code touchEvery} ago.
     *
     * @param known version the asker holds, or empty text
     */
    Found find(SessionKey key, String known, Duration touchEvery);

    /** Looks a session up without noting an access. */
    Optional<Stored> peek(SessionKey key);

    Outcome save(SessionKey key, Change change);

    /**
     * Ends a session, also under its new id if it moved.
     *
     * @return whether this call ended it; if not, it is told of elsewhere, or was before
     */
    boolean delete(SessionKey key);

    /** The sessions that belong to a user now, each under its present key. */
    Map<SessionKey, Stored> ofUser(UserTag user);

    /**
     * Takes sessions that ended by themselves. Each is handed out once; again only when it was not
     * {@link #forget forgotten} within the lease, because whoever had it may be gone.
     *
     * @param max how many are looked at
     */
    Ended.Batch takeEnded(int max, Duration lease);

    /** The application was told: it is not handed out again, unless it was already. */
    void forget(Ended ended);

    /** How many sessions there are; one that ended counts until it is forgotten. */
    long count();

    /**
     * Shows all sessions, some at a time. One that gets a new id meanwhile may be shown twice; none
     * is left out.
     *
     * @param visit whether to go on
     * @return whether all were shown
     */
    boolean each(Predicate<Map<SessionKey, Stored>> visit);

    /**
     * Puts envelopes, and a stamp, in place of those of {@code seen}, with the same content. What
     * was written since stays; the version does too.
     */
    void reseal(SessionKey key, Stored seen, Map<String, byte[]> envelopes, Optional<String> stamp);

    /** Where instances tell each other which keys they seal with; empty where there is one. */
    default Optional<KeyLedger> ledger() {
        return Optional.empty();
    }

    /** Whether other instances see the same; if not, it cannot be away either. */
    default boolean isShared() {
        return true;
    }

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

package dev.concertina.starter.token;

import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.UserTag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where logins and revocations are kept. Every time in it is the store's own. */
interface TokenStore {
    /** A login has begun, or goes on. */
    @SuppressWarnings("ArrayRecordComponent") // opaque here; compared by nobody
    record Login(long generation, Instant at, Instant end, byte[] content) {}

    /** What the store says about a refresh token. */
    sealed interface Turned {
        /** The generation that is current now. */
        record Current(Login login) implements Turned {}

        record Ended() implements Turned {}

        /** An older generation than the last came back; the login is revoked. */
        record Reused() implements Turned {}
    }

    /**
     * @param lifetime from now to the end of the login
     * @param content sealed; handed back at each refresh
     */
    Login open(FamilyKey key, Duration lifetime, byte[] content);

    /**
     * Spends a generation. The one before the current is answered with the current again for {@code
     * grace}, because an answer may have been lost or two tabs may have asked at once.
     */
    Turned refresh(FamilyKey key, long generation, Duration grace);

    /** Ends a login and the access tokens that came from it. */
    void end(FamilyKey key);

    void revoke(Access access);

    /** Ends everything the user was given until now. */
    void revokeAll(UserTag user);

    boolean revoked(Access access);

    /** How to ask within the request's one call; empty when asking costs nothing. */
    Optional<Asking> asking();

    /** The question of {@link #revoked} in parts. */
    interface Asking {
        String script();

        Question question(Access access);

        boolean revoked(List<@Nullable Object> reply);
    }
}

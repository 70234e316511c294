package dev.concertina.starter.token;

import dev.concertina.starter.codec.Encoded;
import dev.concertina.starter.request.UserTag;
import dev.concertina.starter.seal.KeyRing;
import dev.concertina.starter.seal.Seal;
import dev.concertina.starter.seal.SealBroken;
import dev.concertina.starter.seal.Signet;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Issues, refreshes and revokes tokens. Each call is one round trip to the store and throws {@link
 * dev.concertina.starter.request.Outage} when there is no answer in time. Safe for many threads.
 */
public final class Tokens {
    private static final Logger log = LoggerFactory.getLogger(Tokens.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String USER = "user";

    private final TokenStore store;
    private final AccessTokens access;
    private final TokenVerifier verifier;
    private final KeyRing ring;
    private final Signet signet;
    private final String namespace;
    private final Optional<TokenUsers> users;
    private final Duration lifetime;
    private final Duration grace;
    private final JsonMapper json = JsonMapper.shared();

    Tokens(
            TokenStore store,
            AccessTokens access,
            TokenVerifier verifier,
            KeyRing ring,
            String namespace,
            Optional<TokenUsers> users,
            Duration lifetime,
            Duration grace) {
        this.store = store;
        this.access = access;
        this.verifier = verifier;
        this.ring = ring;
        this.signet = new Signet(ring, namespace + ":token:refresh");
        this.namespace = namespace;
        this.users = users;
        this.lifetime = lifetime;
        this.grace = grace;
    }

    /** Begins a login. */
    public TokenPair issue(TokenUser user) {
        var token = new RefreshToken(UserTag.of(user.id()), random(), 1);
        var login = store.open(token.key(), lifetime, sealed(token.key(), user));
        return pair(user, token, login);
    }

    /**
     * Spends a refresh token. Asked again within {@code concertina.token.grace}, the answer holds
     * the same successor; a token spent earlier than that ends the login.
     */
    public Refreshed refresh(String refreshToken) {
        var token = RefreshToken.read(refreshToken, signet);
        if (token.isEmpty()) {
            return new Refreshed.Refused(Refreshed.Reason.UNKNOWN);
        }
        var key = token.get().key();
        return switch (store.refresh(key, token.get().generation(), grace)) {
            case TokenStore.Turned.Ended ended -> new Refreshed.Refused(Refreshed.Reason.ENDED);
            case TokenStore.Turned.Reused reused -> {
                log.warn(
                        "A refresh token of user tag {} was used again after its successor; that"
                                + " login is revoked",
                        key.user());
                yield new Refreshed.Refused(Refreshed.Reason.REUSED);
            }
            case TokenStore.Turned.Current current -> renewed(token.get(), current.login());
        };
    }

    private Refreshed renewed(RefreshToken token, TokenStore.Login login) {
        var kept = opened(token.key(), login.content());
        var user = kept.flatMap(known -> users.map(all -> all.find(known.id())).orElse(kept));
        if (user.isEmpty()) {
            store.end(token.key());
            return new Refreshed.Refused(Refreshed.Reason.ENDED);
        }
        return new Refreshed.Renewed(pair(user.get(), token.of(login.generation()), login));
    }

    /**
     * Ends the login a refresh token belongs to, with its access tokens, or one access token.
     *
     * @return whether it was a token of ours; there is nothing to revoke otherwise
     */
    public boolean revoke(String token) {
        var refresh = RefreshToken.read(token, signet);
        if (refresh.isPresent()) {
            store.end(refresh.get().key());
            return true;
        }
        try {
            return revoke(verifier.verify(token));
        } catch (JwtException e) {
            return false;
        }
    }

    /**
     * Ends one access token, such as the request's own.
     *
     * @return whether it was a token of ours
     */
    public boolean revoke(Jwt token) {
        var known = access.access(token);
        known.ifPresent(store::revoke);
        return known.isPresent();
    }

    /** Ends every token and login of a user that began until now; later ones are not touched. */
    public void revokeAll(String userId) {
        store.revokeAll(UserTag.of(userId));
    }

    private TokenPair pair(TokenUser user, RefreshToken token, TokenStore.Login login) {
        var written = access.write(user, random(), token.key().hash(), login.at());
        return new TokenPair(written.text(), written.end(), token.text(signet), login.end());
    }

    private Seal seal(FamilyKey key) {
        return new Seal(Optional.of(ring), namespace + ":token", key.hash());
    }

    private byte[] sealed(FamilyKey key, TokenUser user) {
        return seal(key).close(USER, new Encoded(USER, 1, json.writeValueAsBytes(user)));
    }

    private Optional<TokenUser> opened(FamilyKey key, byte[] content) {
        try {
            return Optional.of(
                    json.readValue(seal(key).open(USER, content).bytes(), TokenUser.class));
        } catch (SealBroken | JacksonException e) {
            log.warn("A login kept in the store cannot be read; it ends ({})", e.getMessage());
            return Optional.empty();
        }
    }

    private static String random() {
        var bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

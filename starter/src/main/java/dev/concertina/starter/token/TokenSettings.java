package dev.concertina.starter.token;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How tokens are issued and checked. The feature is off without an issuer.
 *
 * @param issuer the claim {@code iss}; usually the address of the application
 * @param audience the claim {@code aud}; default the issuer
 * @param keys what signs access tokens; the newest active one signs, all verify
 * @param secrets 32 bytes in base64, or passphrases of 32 characters or more: they mark refresh
 *     tokens and seal what a login keeps; the first makes, all read
 * @param access how long an access token is good; default 15 minutes
 * @param refresh how long a login lasts, however often it is refreshed; default 30 days
 * @param grace how long a spent refresh token still brings its successor; default 20 seconds
 * @param skew how far clocks may differ; default 30 seconds, at most 5 minutes
 * @param store {@code redis} or {@code memory}; default redis when there is one, else memory
 * @param outage what a token is good for while nobody can say whether it was revoked; default
 *     read-only
 * @param cached verified tokens each instance remembers; default 10000
 * @param jwks path of the public keys; empty for none; default {@code /.well-known/jwks.json}
 * @param endpoints whether {@code POST /token/refresh} and {@code POST /token/revoke} exist;
 *     default false
 */
@ConfigurationProperties("concertina.token")
public record TokenSettings(
        Optional<String> issuer,
        Optional<String> audience,
        @DefaultValue List<Key> keys,
        @DefaultValue List<String> secrets,
        @DefaultValue("15m") Duration access,
        @DefaultValue("30d") Duration refresh,
        @DefaultValue("20s") Duration grace,
        @DefaultValue("30s") Duration skew,
        Optional<Store> store,
        @DefaultValue("read-only") Outage outage,
        @DefaultValue("10000") int cached,
        @DefaultValue("/.well-known/jwks.json") String jwks,
        @DefaultValue("false") boolean endpoints) {
    private static final Duration SKEW_MAX = Duration.ofMinutes(5);

    public TokenSettings {
        keys = List.copyOf(keys);
        secrets = List.copyOf(secrets);
        positive("access", access);
        positive("refresh", refresh);
        if (grace.isNegative()) {
            throw new IllegalArgumentException(
                    "concertina.token.grace is " + grace + ". Give it 20s, or 0s for none.");
        }
        if (skew.isNegative() || skew.compareTo(SKEW_MAX) > 0) {
            throw new IllegalArgumentException(
                    "concertina.token.skew is " + skew + ". Give it 30s, or 5m at most.");
        }
    }

    private static void positive(String name, Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException(
                    "concertina.token.%s is %s, so no token could be used. Give it more than 0."
                            .formatted(name, duration));
        }
    }

    String audienceOrIssuer() {
        return audience.or(this::issuer).orElse("");
    }

    /** Where logins and revocations are kept. */
    public enum Store {
        REDIS,
        MEMORY
    }

    /** What a valid token is good for while revocations cannot be read. */
    public enum Outage {
        ACCEPT,
        /** GET, HEAD, OPTIONS and TRACE; the rest is answered 503. */
        READ_ONLY,
        REFUSE
    }

    /** How tokens are signed. */
    public enum Algorithm {
        EDDSA,
        RS256,
        HS256
    }

    /**
     * A signing key.
     *
     * @param id the header {@code kid}; default the key's thumbprint (RFC 7638)
     * @param algorithm default EdDSA (Ed25519)
     * @param value 32 bytes in base64 (seed of Ed25519, or secret of HS256), or PEM (PKCS #8)
     * @param file where the value stands instead
     * @param activeFrom when it begins to sign; default always
     */
    public record Key(
            Optional<String> id,
            @DefaultValue("eddsa") Algorithm algorithm,
            Optional<String> value,
            Optional<String> file,
            Optional<Instant> activeFrom) {
        @Override
        public String toString() {
            return "Key[id=" + id + ", algorithm=" + algorithm + "]";
        }
    }

    @Override
    public String toString() {
        return "TokenSettings[issuer=" + issuer + ", keys=" + keys + "]";
    }
}

package dev.concertina.starter.session;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How sessions are kept and what their cookie says.
 *
 * @param store {@code redis}, {@code postgres}, {@code memory} or {@code off}; default redis when
 *     there is one, else memory
 * @param keys 32 bytes in base64, or passphrases of 32 characters or more; the first seals, all
 *     open
 * @param encryption {@code on} or {@code off}; default on
 * @param idle how long a session lives without a request; default {@code
 *     server.servlet.session.timeout}, else 30 days
 * @param lifetime how long a session lives at most; default 90 days
 * @param touchEvery how precisely accesses are noted, at most a tenth of the idle time; default 24
 *     hours
 * @param cached sessions each instance holds open; default 10000
 * @param sweepEvery how often an instance looks for sessions that ended, on average; 0s is never;
 *     default 10 s
 * @param resealEvery how often an instance says which key it seals with, and sees whether something
 *     is still sealed with an older one; 0s is never; default 1 minute
 * @param unknownKey what sessions sealed with a key that is not there do; default refuse
 * @param countEvery how old the metric of sessions may be; 0s is no metric; default 30 s
 * @param attributeMax how large one attribute may be; default 1 MB
 */
@ConfigurationProperties("concertina.session")
public record SessionSettings(
        Optional<Store> store,
        @DefaultValue List<String> keys,
        @DefaultValue("on") Encryption encryption,
        Optional<Duration> idle,
        @DefaultValue("90d") Duration lifetime,
        @DefaultValue("24h") Duration touchEvery,
        @DefaultValue("10000") int cached,
        @DefaultValue("10s") Duration sweepEvery,
        @DefaultValue("1m") Duration resealEvery,
        @DefaultValue("refuse") UnknownKey unknownKey,
        @DefaultValue("30s") Duration countEvery,
        @DefaultValue("1MB") DataSize attributeMax,
        @DefaultValue Cookie cookie,
        @DefaultValue Capsule capsule) {

    public SessionSettings {
        keys = List.copyOf(keys);
        if (!lifetime.isPositive()) {
            throw new IllegalArgumentException(
                    "concertina.session.lifetime is "
                            + lifetime
                            + ", so no session could live. Give it 90d or more than 0.");
        }
        if (attributeMax.toBytes() < 1) {
            throw new IllegalArgumentException(
                    "concertina.session.attribute-max is "
                            + attributeMax
                            + ", so nothing could be kept. Give it 1MB.");
        }
    }

    /**
     * The identity capsule: who is logged in, sealed into a cookie, for reading while Redis is
     * away.
     *
     * @param enabled default true; there is none without encryption
     * @param lifetime how long it is good for after the last answer with Redis there; default 5
     *     minutes, at most 15
     */
    public record Capsule(
            @DefaultValue("true") boolean enabled, @DefaultValue("5m") Duration lifetime) {
        private static final Duration MOST = Duration.ofMinutes(15);

        public Capsule {
            if (!lifetime.isPositive() || lifetime.compareTo(MOST) > 0) {
                throw new IllegalArgumentException(
                        "concertina.session.capsule.lifetime is "
                                + lifetime
                                + ". Give it up to 15m, or turn it off with"
                                + " concertina.session.capsule.enabled=false.");
            }
        }
    }

    /** Where sessions are kept. */
    public enum Store {
        REDIS,
        POSTGRES,
        MEMORY,
        OFF
    }

    /** What a key is that sessions were sealed with and nobody gave. */
    public enum UnknownKey {
        /** A mistake: the start ends, and a session that needs it is an error. */
        REFUSE,
        /** Lost for good: such sessions are none, so their users log in again. */
        IGNORE
    }

    /** Whether attributes are sealed. */
    public enum Encryption {
        ON,
        OFF
    }

    /** When the cookie may travel over plain HTTP. */
    public enum Secure {
        /** Secure when the request came over HTTPS, or the profile {@code prod} is active. */
        AUTO,
        ALWAYS,
        NEVER
    }

    /**
     * The session cookie: always HttpOnly, without Domain.
     *
     * @param name default {@code CONCERTINA_SESSION}
     * @param path default {@code /}
     * @param sameSite default {@code Lax}
     * @param secure default auto
     * @param maxAge how long a browser keeps it, renewed when the session is touched; default 30
     *     days
     */
    public record Cookie(
            @DefaultValue("CONCERTINA_SESSION") String name,
            @DefaultValue("/") String path,
            @DefaultValue("Lax") String sameSite,
            @DefaultValue("auto") Secure secure,
            @DefaultValue("30d") Duration maxAge) {
        private static final String KEY = "concertina.session.cookie.";

        public Cookie {
            // What a browser would drop without a word is said here (RFC 6265bis, 4.1.3 and 5.6).
            require(
                    name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+"),
                    "name is '" + name + "'. Use letters, digits, '-' and '_'.");
            require(
                    path.startsWith("/") && path.matches("[ -:<-~]+"),
                    "path is '" + path + "'. Begin it with '/' and leave out ';'.");
            require(
                    sameSite.matches("Strict|Lax|None"),
                    "same-site is '" + sameSite + "'. Write Strict, Lax or None.");
            require(
                    !sameSite.equals("None") || secure != Secure.NEVER,
                    "same-site is None, which browsers take from secure cookies only. Let"
                            + " secure be always.");
            require(
                    !name.startsWith("__") || secure != Secure.NEVER,
                    "name begins with '__', which browsers take from secure cookies only. Let"
                            + " secure be always.");
            require(
                    !name.startsWith("__Host-") || path.equals("/"),
                    "name begins with '__Host-', so path must be '/'. It is '" + path + "'.");
            require(
                    !maxAge.isZero(),
                    "max-age is 0, so every browser would drop it at once. Give it 30d.");
        }

        private static void require(boolean met, String problem) {
            if (!met) {
                throw new IllegalArgumentException(KEY + problem);
            }
        }
    }
}

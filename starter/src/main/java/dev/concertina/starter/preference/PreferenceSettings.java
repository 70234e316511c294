package dev.concertina.starter.preference;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where choices are kept, and for how long.
 *
 * @param store default redis when there is one, else memory
 * @param life after the last visit; default 365 days
 * @param max how many one person may have; default 64
 * @param paths whose requests read them with their one call; default none: they are read when first
 *     asked for, by a call of their own
 * @param cookie by which a visitor who is not logged in is known again
 */
@ConfigurationProperties("concertina.preference")
public record PreferenceSettings(
        Optional<Store> store,
        @DefaultValue("365d") Duration life,
        @DefaultValue("64") int max,
        @DefaultValue List<String> paths,
        @DefaultValue Cookie cookie) {
    /** Who remembers. */
    public enum Store {
        REDIS,
        MEMORY
    }

    /** When the cookie is sent over HTTPS only. */
    public enum Secure {
        /** When it was set over HTTPS, or with the profile {@code prod}. */
        AUTO,
        ALWAYS,
        NEVER
    }

    /** Always HttpOnly, for all paths, without Domain; set with the first choice. */
    public record Cookie(
            @DefaultValue("CONCERTINA_VISITOR") String name,
            @DefaultValue("Lax") String sameSite,
            @DefaultValue("auto") Secure secure) {}

    public PreferenceSettings {
        paths = List.copyOf(paths);
        if (life.compareTo(Duration.ofDays(2)) < 0) {
            throw new IllegalArgumentException(
                    "concertina.preference.life is " + life + ". Give it 2d or more.");
        }
        if (max < 1) {
            throw new IllegalArgumentException(
                    "concertina.preference.max is " + max + ". Raise it to 1 or more.");
        }
        for (var path : paths) {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException(
                        "concertina.preference.paths holds '"
                                + path
                                + "'. Begin it with a slash, such as /pages/**.");
            }
        }
    }
}

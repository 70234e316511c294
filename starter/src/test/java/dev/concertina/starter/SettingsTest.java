package dev.concertina.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.codec.CodecSettings;
import dev.concertina.starter.health.HealthSettings;
import dev.concertina.starter.instance.InstanceSettings;
import dev.concertina.starter.request.RedisSettings;
import dev.concertina.starter.session.SessionSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The keys an application may write, and what holds when it writes none. */
class SettingsTest {
    private static <T> T bound(String prefix, Class<T> type, Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate(prefix, type);
    }

    @Test
    void redisDefaults() {
        assertThat(bound("concertina.redis", RedisSettings.class, Map.of()))
                .isEqualTo(
                        new RedisSettings(
                                Optional.empty(),
                                Duration.ofMillis(400),
                                Duration.ofMillis(400),
                                10_000,
                                Optional.empty()));
    }

    @Test
    void everyRedisKeyIsMapped() {
        var values =
                Map.of(
                        "concertina.redis.url", "redis://store:6379",
                        "concertina.redis.timeout", "300ms",
                        "concertina.redis.connect-timeout", "2s",
                        "concertina.redis.queue", "7",
                        "concertina.redis.namespace", "shop");
        assertThat(bound("concertina.redis", RedisSettings.class, values))
                .isEqualTo(
                        new RedisSettings(
                                Optional.of("redis://store:6379"),
                                Duration.ofMillis(300),
                                Duration.ofSeconds(2),
                                7,
                                Optional.of("shop")));
    }

    @Test
    void redisSettingsThatCannotWorkAreRefusedByName() {
        for (var bad :
                List.of(
                        Map.of("concertina.redis.timeout", "0ms"),
                        Map.of("concertina.redis.queue", "0"))) {
            assertThatThrownBy(() -> bound("concertina.redis", RedisSettings.class, bad))
                    .hasRootCauseInstanceOf(IllegalArgumentException.class)
                    .rootCause()
                    .hasMessageContaining(bad.keySet().iterator().next());
        }
    }

    @Test
    void sessionDefaults() {
        assertThat(bound("concertina.session", SessionSettings.class, Map.of()))
                .isEqualTo(
                        new SessionSettings(
                                Optional.empty(),
                                List.of(),
                                SessionSettings.Encryption.ON,
                                Optional.empty(),
                                Duration.ofDays(90),
                                Duration.ofHours(24),
                                10_000,
                                new SessionSettings.Cookie(
                                        "CONCERTINA_SESSION",
                                        "/",
                                        "Lax",
                                        SessionSettings.Secure.AUTO,
                                        Duration.ofDays(30))));
    }

    @Test
    void everySessionKeyIsMapped() {
        var values =
                Map.ofEntries(
                        Map.entry("concertina.session.store", "memory"),
                        Map.entry("concertina.session.keys", "one,two"),
                        Map.entry("concertina.session.encryption", "off"),
                        Map.entry("concertina.session.idle", "20m"),
                        Map.entry("concertina.session.lifetime", "7d"),
                        Map.entry("concertina.session.touch-every", "1m"),
                        Map.entry("concertina.session.cached", "5"),
                        Map.entry("concertina.session.cookie.name", "SID"),
                        Map.entry("concertina.session.cookie.path", "/shop"),
                        Map.entry("concertina.session.cookie.same-site", "Strict"),
                        Map.entry("concertina.session.cookie.secure", "always"),
                        Map.entry("concertina.session.cookie.max-age", "1h"));
        assertThat(bound("concertina.session", SessionSettings.class, values))
                .isEqualTo(
                        new SessionSettings(
                                Optional.of(SessionSettings.Store.MEMORY),
                                List.of("one", "two"),
                                SessionSettings.Encryption.OFF,
                                Optional.of(Duration.ofMinutes(20)),
                                Duration.ofDays(7),
                                Duration.ofMinutes(1),
                                5,
                                new SessionSettings.Cookie(
                                        "SID",
                                        "/shop",
                                        "Strict",
                                        SessionSettings.Secure.ALWAYS,
                                        Duration.ofHours(1))));
    }

    @Test
    void codecDefaults() {
        assertThat(bound("concertina.codec", CodecSettings.class, Map.of()))
                .isEqualTo(new CodecSettings(List.of()));
    }

    @Test
    void everyCodecKeyIsMapped() {
        var values = Map.of("concertina.codec.packages", "org.shop,org.lib");
        assertThat(bound("concertina.codec", CodecSettings.class, values))
                .isEqualTo(new CodecSettings(List.of("org.shop", "org.lib")));
    }

    @Test
    void healthDefaults() {
        assertThat(bound("concertina.health", HealthSettings.class, Map.of()))
                .isEqualTo(new HealthSettings(true, Duration.ofSeconds(2)));
    }

    @Test
    void everyHealthKeyIsMapped() {
        var values =
                Map.of(
                        "concertina.health.enabled", "false",
                        "concertina.health.timeout", "500ms");
        assertThat(bound("concertina.health", HealthSettings.class, values))
                .isEqualTo(new HealthSettings(false, Duration.ofMillis(500)));
    }

    @Test
    void instanceDefaults() {
        assertThat(bound("concertina.instance", InstanceSettings.class, Map.of()))
                .isEqualTo(new InstanceSettings(Optional.empty(), Optional.empty()));
    }

    @Test
    void everyInstanceKeyIsMapped() {
        var values =
                Map.of(
                        "concertina.instance.id", "web-1",
                        "concertina.instance.drain-delay", "3");
        assertThat(bound("concertina.instance", InstanceSettings.class, values))
                .isEqualTo(
                        new InstanceSettings(
                                Optional.of("web-1"), Optional.of(Duration.ofSeconds(3))));
    }
}

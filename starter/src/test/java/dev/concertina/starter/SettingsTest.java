package dev.concertina.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.cache.CacheSettings;
import dev.concertina.starter.codec.CodecSettings;
import dev.concertina.starter.health.HealthSettings;
import dev.concertina.starter.instance.InstanceSettings;
import dev.concertina.starter.request.RedisSettings;
import dev.concertina.starter.session.PostgresSettings;
import dev.concertina.starter.session.SessionSettings;
import dev.concertina.starter.token.TokenSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

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
                                Optional.empty(),
                                new RedisSettings.Circuit(
                                        3, Duration.ofMillis(250), Duration.ofSeconds(2)),
                                Duration.ofSeconds(2),
                                new RedisSettings.Tls(
                                        Optional.empty(), Optional.empty(), Optional.empty(), true),
                                new RedisSettings.Sentinel(Optional.empty(), Optional.empty())));
    }

    @Test
    void everyRedisKeyIsMapped() {
        var values =
                Map.ofEntries(
                        Map.entry("concertina.redis.url", "redis://store:6379"),
                        Map.entry("concertina.redis.timeout", "300ms"),
                        Map.entry("concertina.redis.connect-timeout", "2s"),
                        Map.entry("concertina.redis.queue", "7"),
                        Map.entry("concertina.redis.namespace", "shop"),
                        Map.entry("concertina.redis.circuit.failures", "5"),
                        Map.entry("concertina.redis.circuit.retry", "100ms"),
                        Map.entry("concertina.redis.circuit.retry-max", "1s"),
                        Map.entry("concertina.redis.watch", "5s"),
                        Map.entry("concertina.redis.tls.ca", "pom.xml"),
                        Map.entry("concertina.redis.tls.certificate", "pom.xml"),
                        Map.entry("concertina.redis.tls.key", "pom.xml"),
                        Map.entry("concertina.redis.tls.hostname", "false"),
                        Map.entry("concertina.redis.sentinel.username", "watcher"),
                        Map.entry("concertina.redis.sentinel.password", "word"));
        assertThat(bound("concertina.redis", RedisSettings.class, values))
                .isEqualTo(
                        new RedisSettings(
                                Optional.of("redis://store:6379"),
                                Duration.ofMillis(300),
                                Duration.ofSeconds(2),
                                7,
                                Optional.of("shop"),
                                new RedisSettings.Circuit(
                                        5, Duration.ofMillis(100), Duration.ofSeconds(1)),
                                Duration.ofSeconds(5),
                                new RedisSettings.Tls(
                                        Optional.of("pom.xml"),
                                        Optional.of("pom.xml"),
                                        Optional.of("pom.xml"),
                                        false),
                                new RedisSettings.Sentinel(
                                        Optional.of("watcher"), Optional.of("word"))));
    }

    @Test
    void redisSettingsThatCannotWorkAreRefusedByName() {
        for (var bad :
                List.of(
                        Map.of("concertina.redis.timeout", "0ms"),
                        Map.of("concertina.redis.queue", "0"),
                        Map.of("concertina.redis.watch", "0s"),
                        Map.of("concertina.redis.tls.ca", "/nowhere/ca.pem"),
                        Map.of("concertina.redis.tls.key", "pom.xml"),
                        Map.of("concertina.redis.circuit.failures", "0"))) {
            assertThatThrownBy(() -> bound("concertina.redis", RedisSettings.class, bad))
                    .hasRootCauseInstanceOf(IllegalArgumentException.class)
                    .rootCause()
                    .hasMessageContaining(bad.keySet().iterator().next());
        }
    }

    @Test
    void aCookieThatBrowsersWouldDropIsRefusedByName() {
        var cookie = "concertina.session.cookie.";
        for (var bad :
                List.of(
                        Map.of(cookie + "name", "a b"),
                        Map.of(cookie + "path", "shop"),
                        Map.of(cookie + "same-site", "Sometimes"),
                        Map.of(cookie + "same-site", "None", cookie + "secure", "never"),
                        Map.of(cookie + "name", "__Secure-ID", cookie + "secure", "never"),
                        Map.of(cookie + "name", "__Host-ID", cookie + "path", "/shop"),
                        Map.of(cookie + "max-age", "0s"),
                        Map.of("concertina.session.attribute-max", "0B"))) {
            assertThatThrownBy(() -> bound("concertina.session", SessionSettings.class, bad))
                    .as(bad.toString())
                    .hasRootCauseInstanceOf(IllegalArgumentException.class)
                    .rootCause()
                    .message()
                    .containsAnyOf(bad.keySet().toArray(String[]::new));
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
                                Duration.ofSeconds(10),
                                Duration.ofMinutes(1),
                                SessionSettings.UnknownKey.REFUSE,
                                Duration.ofSeconds(30),
                                DataSize.ofMegabytes(1),
                                new SessionSettings.Cookie(
                                        "CONCERTINA_SESSION",
                                        "/",
                                        "Lax",
                                        SessionSettings.Secure.AUTO,
                                        Duration.ofDays(30)),
                                new SessionSettings.Capsule(true, Duration.ofMinutes(5))));
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
                        Map.entry("concertina.session.sweep-every", "1m"),
                        Map.entry("concertina.session.reseal-every", "20s"),
                        Map.entry("concertina.session.unknown-key", "ignore"),
                        Map.entry("concertina.session.count-every", "2m"),
                        Map.entry("concertina.session.attribute-max", "64KB"),
                        Map.entry("concertina.session.cookie.name", "SID"),
                        Map.entry("concertina.session.cookie.path", "/shop"),
                        Map.entry("concertina.session.cookie.same-site", "Strict"),
                        Map.entry("concertina.session.cookie.secure", "always"),
                        Map.entry("concertina.session.cookie.max-age", "1h"),
                        Map.entry("concertina.session.capsule.enabled", "false"),
                        Map.entry("concertina.session.capsule.lifetime", "2m"));
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
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(20),
                                SessionSettings.UnknownKey.IGNORE,
                                Duration.ofMinutes(2),
                                DataSize.ofKilobytes(64),
                                new SessionSettings.Cookie(
                                        "SID",
                                        "/shop",
                                        "Strict",
                                        SessionSettings.Secure.ALWAYS,
                                        Duration.ofHours(1)),
                                new SessionSettings.Capsule(false, Duration.ofMinutes(2))));
    }

    @Test
    void postgresDefaults() {
        assertThat(bound("concertina.session", PostgresSettings.class, Map.of()))
                .isEqualTo(
                        new PostgresSettings(
                                PostgresSettings.Schema.CREATE,
                                new PostgresSettings.Postgres(5, Duration.ofMillis(500))));
    }

    @Test
    void everyPostgresKeyIsMapped() {
        var values =
                Map.of(
                        "concertina.session.schema", "validate",
                        "concertina.session.postgres.pool", "0",
                        "concertina.session.postgres.timeout", "300ms");
        assertThat(bound("concertina.session", PostgresSettings.class, values))
                .isEqualTo(
                        new PostgresSettings(
                                PostgresSettings.Schema.VALIDATE,
                                new PostgresSettings.Postgres(0, Duration.ofMillis(300))));
    }

    @Test
    void postgresSettingsThatCannotWorkAreRefusedByName() {
        for (var bad :
                List.of(
                        Map.of("concertina.session.postgres.pool", "-1"),
                        Map.of("concertina.session.postgres.timeout", "100ms"))) {
            assertThatThrownBy(() -> bound("concertina.session", PostgresSettings.class, bad))
                    .hasRootCauseInstanceOf(IllegalArgumentException.class)
                    .rootCause()
                    .hasMessageContaining(bad.keySet().iterator().next());
        }
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
                .isEqualTo(
                        new HealthSettings(
                                true, Duration.ofSeconds(2), HealthSettings.Details.PRIVATE));
    }

    @Test
    void everyHealthKeyIsMapped() {
        var values =
                Map.of(
                        "concertina.health.enabled", "false",
                        "concertina.health.timeout", "500ms",
                        "concertina.health.details", "never");
        assertThat(bound("concertina.health", HealthSettings.class, values))
                .isEqualTo(
                        new HealthSettings(
                                false, Duration.ofMillis(500), HealthSettings.Details.NEVER));
    }

    @Test
    void instanceDefaults() {
        assertThat(bound("concertina.instance", InstanceSettings.class, Map.of()))
                .isEqualTo(
                        new InstanceSettings(
                                Optional.empty(), Optional.empty(), Duration.ofSeconds(30), true));
    }

    @Test
    void everyInstanceKeyIsMapped() {
        var values =
                Map.of(
                        "concertina.instance.id", "web-1",
                        "concertina.instance.drain-delay", "3",
                        "concertina.instance.drain-within", "20",
                        "concertina.instance.exit-on-fatal", "false");
        assertThat(bound("concertina.instance", InstanceSettings.class, values))
                .isEqualTo(
                        new InstanceSettings(
                                Optional.of("web-1"),
                                Optional.of(Duration.ofSeconds(3)),
                                Duration.ofSeconds(20),
                                false));
    }

    @Test
    void aDrainThatLeavesNoTimeIsRefusedByName() {
        for (var bad :
                List.of(
                        Map.of("concertina.instance.drain-within", "0s"),
                        Map.of("concertina.instance.drain-delay", "30s"))) {
            assertThatThrownBy(() -> bound("concertina.instance", InstanceSettings.class, bad))
                    .rootCause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(bad.keySet().iterator().next());
        }
    }

    @Test
    void tokenDefaults() {
        assertThat(bound("concertina.token", TokenSettings.class, Map.of()))
                .isEqualTo(
                        new TokenSettings(
                                Optional.empty(),
                                Optional.empty(),
                                List.of(),
                                List.of(),
                                Duration.ofMinutes(15),
                                Duration.ofDays(30),
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(30),
                                Optional.empty(),
                                TokenSettings.Outage.READ_ONLY,
                                10_000,
                                "/.well-known/jwks.json",
                                false));
    }

    @Test
    void everyTokenKeyIsMapped() {
        var values = new java.util.HashMap<String, String>();
        values.put("concertina.token.issuer", "https://a.test");
        values.put("concertina.token.audience", "b");
        values.put("concertina.token.keys[0].id", "k");
        values.put("concertina.token.keys[0].algorithm", "rs256");
        values.put("concertina.token.keys[0].value", "v");
        values.put("concertina.token.keys[0].file", "f");
        values.put("concertina.token.keys[0].active-from", "2026-01-01T00:00:00Z");
        values.put("concertina.token.secrets", "x,y");
        values.put("concertina.token.access", "1m");
        values.put("concertina.token.refresh", "2d");
        values.put("concertina.token.grace", "3s");
        values.put("concertina.token.skew", "4s");
        values.put("concertina.token.store", "memory");
        values.put("concertina.token.outage", "refuse");
        values.put("concertina.token.cached", "5");
        values.put("concertina.token.jwks", "/keys");
        values.put("concertina.token.endpoints", "true");
        assertThat(bound("concertina.token", TokenSettings.class, values))
                .isEqualTo(
                        new TokenSettings(
                                Optional.of("https://a.test"),
                                Optional.of("b"),
                                List.of(
                                        new TokenSettings.Key(
                                                Optional.of("k"),
                                                TokenSettings.Algorithm.RS256,
                                                Optional.of("v"),
                                                Optional.of("f"),
                                                Optional.of(
                                                        Instant.parse("2026-01-01T00:00:00Z")))),
                                List.of("x", "y"),
                                Duration.ofMinutes(1),
                                Duration.ofDays(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4),
                                Optional.of(TokenSettings.Store.MEMORY),
                                TokenSettings.Outage.REFUSE,
                                5,
                                "/keys",
                                true));
    }

    @Test
    void cacheDefaultsAndKeys() {
        assertThat(bound("concertina.cache", CacheSettings.class, Map.of()))
                .isEqualTo(
                        new CacheSettings(
                                true,
                                Optional.empty(),
                                Duration.ofMinutes(10),
                                Duration.ofSeconds(30),
                                10_000,
                                0.1,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(1),
                                Map.of()));
        var values =
                Map.of(
                        "concertina.cache.enabled", "false",
                        "concertina.cache.store", "memory",
                        "concertina.cache.life", "2h",
                        "concertina.cache.absent", "5s",
                        "concertina.cache.size", "7",
                        "concertina.cache.early", "0",
                        "concertina.cache.load", "3s",
                        "concertina.cache.await", "0s",
                        "concertina.cache.lease", "2s",
                        "concertina.cache.caches.users.life", "1d");
        assertThat(bound("concertina.cache", CacheSettings.class, values))
                .isEqualTo(
                        new CacheSettings(
                                false,
                                Optional.of(CacheSettings.Store.MEMORY),
                                Duration.ofHours(2),
                                Duration.ofSeconds(5),
                                7,
                                0,
                                Duration.ofSeconds(3),
                                Duration.ZERO,
                                Duration.ofSeconds(2),
                                Map.of(
                                        "users",
                                        new CacheSettings.One(
                                                Optional.of(Duration.ofDays(1)),
                                                Optional.empty(),
                                                Optional.empty()))));
        assertThatThrownBy(() ->
                        bound(
                                "concertina.cache",
                                CacheSettings.class,
                                Map.of("concertina.cache.caches.users.life", "400d")))
                .rootCause()
                .hasMessageContaining("concertina.cache.caches.users.life")
                .hasMessageContaining("30d");
    }
}

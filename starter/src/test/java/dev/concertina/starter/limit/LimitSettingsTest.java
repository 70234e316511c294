package dev.concertina.starter.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class LimitSettingsTest {
    static LimitSettings defaults() {
        return bound(Map.of());
    }

    private static LimitSettings bound(Map<String, String> values) {
        var prefixed = new HashMap<String, String>();
        values.forEach((key, value) -> prefixed.put("concertina.limit." + key, value));
        return new Binder(new MapConfigurationPropertySource(prefixed))
                .bindOrCreate("concertina.limit", LimitSettings.class);
    }

    @Test
    void limitDefaults() {
        assertThat(defaults())
                .isEqualTo(
                        new LimitSettings(
                                true,
                                List.of(),
                                true,
                                Optional.empty(),
                                64,
                                50_000,
                                Optional.empty(),
                                new LimitSettings.Strict(
                                        true,
                                        Duration.ofSeconds(10),
                                        100,
                                        0.5,
                                        0.5,
                                        0.95,
                                        Optional.empty(),
                                        0.5,
                                        0.25,
                                        Duration.ofSeconds(60),
                                        Duration.ofMinutes(10))));
    }

    @Test
    void everyLimitKeyIsMapped() {
        var values =
                Map.ofEntries(
                        Map.entry("enabled", "false"),
                        Map.entry("rules[0].name", "api"),
                        Map.entry("rules[0].paths", "/api/**,/v2/**"),
                        Map.entry("rules[0].methods", "POST"),
                        Map.entry("rules[0].rate", "5/10s"),
                        Map.entry("rules[0].burst", "7"),
                        Map.entry("rules[0].cost", "2"),
                        Map.entry("rules[0].key", "tenant"),
                        Map.entry("rules[0].when-away", "closed"),
                        Map.entry("fields", "false"),
                        Map.entry("tenant-header", "X-Tenant"),
                        Map.entry("ipv6-prefix", "56"),
                        Map.entry("remembered", "9"),
                        Map.entry("instances", "3"),
                        Map.entry("strict.enabled", "false"),
                        Map.entry("strict.window", "5s"),
                        Map.entry("strict.requests", "50"),
                        Map.entry("strict.rejected", "0.4"),
                        Map.entry("strict.errors", "0.3"),
                        Map.entry("strict.cpu", "0.8"),
                        Map.entry("strict.latency", "2s"),
                        Map.entry("strict.factor", "0.6"),
                        Map.entry("strict.floor", "0.1"),
                        Map.entry("strict.hold", "30s"),
                        Map.entry("strict.hold-max", "5m"));
        assertThat(bound(values))
                .isEqualTo(
                        new LimitSettings(
                                false,
                                List.of(
                                        new LimitSettings.Rule(
                                                "api",
                                                List.of("/api/**", "/v2/**"),
                                                List.of("POST"),
                                                new Rate(5, Duration.ofSeconds(10)),
                                                7,
                                                2,
                                                "tenant",
                                                Away.CLOSED)),
                                false,
                                Optional.of("X-Tenant"),
                                56,
                                9,
                                Optional.of(3),
                                new LimitSettings.Strict(
                                        false,
                                        Duration.ofSeconds(5),
                                        50,
                                        0.4,
                                        0.3,
                                        0.8,
                                        Optional.of(Duration.ofSeconds(2)),
                                        0.6,
                                        0.1,
                                        Duration.ofSeconds(30),
                                        Duration.ofMinutes(5))));
    }

    @Test
    void settingsThatCannotWorkAreRefusedByName() {
        for (var bad :
                Map.of(
                                "instances", "0",
                                "ipv6-prefix", "0",
                                "remembered", "0",
                                "strict.factor", "2",
                                "strict.floor", "0.9",
                                "strict.window", "0s")
                        .entrySet()) {
            assertThatThrownBy(() -> bound(Map.of(bad.getKey(), bad.getValue())))
                    .rootCause()
                    .hasMessageContaining("concertina.limit." + bad.getKey());
        }
    }
}

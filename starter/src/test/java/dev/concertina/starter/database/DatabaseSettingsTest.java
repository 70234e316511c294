package dev.concertina.starter.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.database.DatabaseSettings.Shortage;
import dev.concertina.starter.instance.BadSetting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DatabaseSettingsTest {
    private static DatabaseSettings bound(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("concertina.database", DatabaseSettings.class);
    }

    @Test
    void defaults() {
        assertThat(bound(Map.of()))
                .isEqualTo(
                        new DatabaseSettings(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Shortage.REFUSE,
                                3,
                                Optional.empty(),
                                List.of(),
                                Duration.ofSeconds(10),
                                Duration.ofMillis(500)));
    }

    @Test
    void everyKeyIsMapped() {
        var values =
                Map.ofEntries(
                        Map.entry("concertina.database.pool", "20"),
                        Map.entry("concertina.database.pool-min", "4"),
                        Map.entry("concertina.database.connect-timeout", "14s"),
                        Map.entry("concertina.database.wait", "9s"),
                        Map.entry("concertina.database.idle", "50s"),
                        Map.entry("concertina.database.budget", "warn"),
                        Map.entry("concertina.database.spare", "5"),
                        Map.entry("concertina.database.instances", "7"),
                        Map.entry(
                                "concertina.database.replicas",
                                "postgresql://a/b,postgresql://c/d"),
                        Map.entry("concertina.database.lag-max", "30s"),
                        Map.entry("concertina.database.watch", "1s"));
        assertThat(bound(values))
                .isEqualTo(
                        new DatabaseSettings(
                                Optional.of(20),
                                Optional.of(4),
                                Optional.of(Duration.ofSeconds(14)),
                                Optional.of(Duration.ofSeconds(9)),
                                Optional.of(Duration.ofSeconds(50)),
                                Shortage.WARN,
                                5,
                                Optional.of(7),
                                List.of("postgresql://a/b", "postgresql://c/d"),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(1)));
    }

    @Test
    void whatCannotWorkIsRefusedByName() {
        for (var bad :
                List.of(
                        Map.of("concertina.database.pool", "0"),
                        Map.of("concertina.database.pool-min", "-1"),
                        Map.of("concertina.database.connect-timeout", "0s"),
                        Map.of("concertina.database.wait", "1ms"),
                        Map.of("concertina.database.idle", "1s"),
                        Map.of("concertina.database.spare", "-1"),
                        Map.of("concertina.database.instances", "0"),
                        Map.of("concertina.database.lag-max", "0s"),
                        Map.of("concertina.database.watch", "1ms"))) {
            assertThatThrownBy(() -> bound(bad))
                    .rootCause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(bad.keySet().iterator().next() + " is ");
        }
    }

    @Test
    void addressesOfReplicas() {
        assertThat(ReplicaAddress.parse("postgresql://ada:p%40ss@replica:5433/shop?ssl=true", 0))
                .isEqualTo(
                        new ReplicaAddress(
                                "replica replica:5433/shop",
                                "jdbc:postgresql://replica:5433/shop?ssl=true",
                                Optional.of("ada"),
                                Optional.of("p@ss")));
        assertThat(ReplicaAddress.parse("jdbc:postgresql://a,b/shop?password=x", 0).name())
                .isEqualTo("replica a,b/shop");
        assertThatThrownBy(() -> ReplicaAddress.parse("http://x:hunter2@y", 2))
                .isInstanceOf(BadSetting.class)
                .hasMessageContaining("concertina.database.replicas[2]")
                .hasMessageNotContaining("hunter2");
    }
}

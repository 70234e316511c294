package dev.concertina.starter.channel;

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
import org.springframework.util.unit.DataSize;

class ChannelSettingsTest {
    private static ChannelSettings bound(Map<String, String> values) {
        var full = new HashMap<String, String>();
        values.forEach((key, value) -> full.put("concertina.channel." + key, value));
        return new Binder(new MapConfigurationPropertySource(full))
                .bindOrCreate("concertina.channel", ChannelSettings.class);
    }

    @Test
    void defaults() {
        assertThat(bound(Map.of()))
                .isEqualTo(
                        new ChannelSettings(
                                true,
                                Optional.empty(),
                                true,
                                "/channels",
                                List.of(),
                                1000,
                                Duration.ofHours(1),
                                Duration.ofMinutes(1),
                                DataSize.ofKilobytes(64),
                                1024,
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(2),
                                Duration.ofMinutes(30),
                                Duration.ofSeconds(5),
                                10_000,
                                100));
    }

    @Test
    void everyKeyIsMapped() {
        var values = new HashMap<String, String>();
        values.put("enabled", "false");
        values.put("store", "memory");
        values.put("endpoints", "false");
        values.put("path", "/live/rooms");
        values.put("origins", "https://a.example");
        values.put("history", "7");
        values.put("life", "2h");
        values.put("operations", "3m");
        values.put("payload-max", "1KB");
        values.put("queue", "600");
        values.put("beat", "4s");
        values.put("lease", "20s");
        values.put("check", "6s");
        values.put("probe", "1s");
        values.put("patience", "3s");
        values.put("subscription", "5m");
        values.put("drain", "0s");
        values.put("subscribers-max", "8");
        values.put("channels-max", "9");
        assertThat(bound(values))
                .isEqualTo(
                        new ChannelSettings(
                                false,
                                Optional.of(ChannelSettings.Store.MEMORY),
                                false,
                                "/live/rooms",
                                List.of("https://a.example"),
                                7,
                                Duration.ofHours(2),
                                Duration.ofMinutes(3),
                                DataSize.ofKilobytes(1),
                                600,
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(3),
                                Duration.ofMinutes(5),
                                Duration.ZERO,
                                8,
                                9));
    }

    @Test
    void whatCannotWorkIsRefusedByName() {
        for (var bad :
                List.of(
                        Map.of("path", "channels"),
                        Map.of("history", "0"),
                        Map.of("queue", "1"),
                        Map.of("payload-max", "2MB"),
                        Map.of("beat", "0s"),
                        Map.of("probe", "0s"),
                        Map.of("lease", "5s"),
                        Map.of("subscribers-max", "0"))) {
            assertThatThrownBy(() -> bound(bad))
                    .as(bad.toString())
                    .rootCause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("concertina.channel." + bad.keySet().iterator().next());
        }
    }
}

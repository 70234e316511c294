package dev.concertina.starter.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.preference.PreferenceSettings.Cookie;
import dev.concertina.starter.preference.PreferenceSettings.Secure;
import dev.concertina.starter.preference.PreferenceSettings.Store;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class PreferenceSettingsTest {
    private static PreferenceSettings bound(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("concertina.preference", PreferenceSettings.class);
    }

    @Test
    void defaults() {
        assertThat(bound(Map.of()))
                .isEqualTo(
                        new PreferenceSettings(
                                Optional.empty(),
                                Duration.ofDays(365),
                                64,
                                List.of(),
                                new Cookie("CONCERTINA_VISITOR", "Lax", Secure.AUTO)));
    }

    @Test
    void everyKeyIsMapped() {
        var values =
                Map.of(
                        "concertina.preference.store", "memory",
                        "concertina.preference.life", "30d",
                        "concertina.preference.max", "7",
                        "concertina.preference.paths", "/a/**,/b",
                        "concertina.preference.cookie.name", "V",
                        "concertina.preference.cookie.same-site", "Strict",
                        "concertina.preference.cookie.secure", "always");
        assertThat(bound(values))
                .isEqualTo(
                        new PreferenceSettings(
                                Optional.of(Store.MEMORY),
                                Duration.ofDays(30),
                                7,
                                List.of("/a/**", "/b"),
                                new Cookie("V", "Strict", Secure.ALWAYS)));
    }

    @Test
    void whatCannotWorkIsRefusedByName() {
        for (var bad :
                List.of(
                        Map.of("concertina.preference.life", "1h"),
                        Map.of("concertina.preference.max", "0"),
                        Map.of("concertina.preference.paths", "a/**"))) {
            assertThatThrownBy(() -> bound(bad))
                    .rootCause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(bad.keySet().iterator().next());
        }
    }
}

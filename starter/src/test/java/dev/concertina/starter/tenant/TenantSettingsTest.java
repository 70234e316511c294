package dev.concertina.starter.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.tenant.TenantSettings.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class TenantSettingsTest {
    private static TenantSettings bound(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("concertina.tenant", TenantSettings.class);
    }

    @Test
    void defaults() {
        assertThat(bound(Map.of()))
                .isEqualTo(
                        new TenantSettings(
                                List.of(),
                                "X-Tenant-Id",
                                "",
                                "",
                                List.of(),
                                true,
                                List.of("/actuator/**", "/.well-known/**"),
                                Optional.empty()));
    }

    @Test
    void everyKeyIsMapped() {
        var values =
                Map.of(
                        "concertina.tenant.from", "host,path,token,header",
                        "concertina.tenant.header", "X-T",
                        "concertina.tenant.host", "{tenant}.a",
                        "concertina.tenant.path", "/{tenant}/**",
                        "concertina.tenant.known", "a,b",
                        "concertina.tenant.required", "false",
                        "concertina.tenant.except", "/x",
                        "concertina.tenant.metrics", "false");
        assertThat(bound(values))
                .isEqualTo(
                        new TenantSettings(
                                List.of(Source.HOST, Source.PATH, Source.TOKEN, Source.HEADER),
                                "X-T",
                                "{tenant}.a",
                                "/{tenant}/**",
                                List.of("a", "b"),
                                false,
                                List.of("/x"),
                                Optional.of(false)));
    }

    @Test
    void whatCannotWorkIsRefusedByName() {
        var bad =
                Map.of(
                        "concertina.tenant.host", Map.of("concertina.tenant.from", "host"),
                        "concertina.tenant.path",
                                Map.of(
                                        "concertina.tenant.from", "path",
                                        "concertina.tenant.path", "/t/**"),
                        "concertina.tenant.known", Map.of("concertina.tenant.known", "North"),
                        "concertina.tenant.except", Map.of("concertina.tenant.except", "x"));
        bad.forEach((key, values) ->
                assertThatThrownBy(() -> bound(values))
                        .as(key)
                        .rootCause()
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(key));
    }
}

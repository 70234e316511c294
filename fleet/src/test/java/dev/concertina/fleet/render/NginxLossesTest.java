package dev.concertina.fleet.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.manifest.ManifestReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NginxLossesTest {
    private static List<String> of(String gateway) {
        var yaml = "app: { jar: a.jar, drain: 15s }\ngateway: { " + gateway + " }";
        return NginxLosses.of(ManifestReader.read(Path.of("/m/c.yaml"), yaml).orThrow());
    }

    @Test
    void ourOwnEngineHasNone() {
        assertThat(of("engine: embedded")).isEmpty();
    }

    @Test
    void theUsualOnesNameWhatIsLost() {
        assertThat(String.join("\n", of("engine: nginx")))
                .contains("no atomic claim", "503 with Retry-After", "1012", "15 s", "gzip only")
                .contains("HTTP/2 without TLS")
                .doesNotContain("connections-per-address", "trusted-proxies");
    }

    @Test
    void aSettingThatIsHonouredOnlyInPartIsNamed() {
        assertThat(
                        String.join(
                                "\n",
                                of(
                                        "engine: nginx, trusted-proxies: 10.0.0.0/8, bounds: {"
                                                + " connections-per-address: 5 }")))
                .contains("bounds.connections-per-address", "trusted-proxies");
    }
}

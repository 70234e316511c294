package dev.concertina.starter.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.security.SecuritySettings.Cors;
import dev.concertina.starter.security.SecuritySettings.Csp;
import dev.concertina.starter.security.SecuritySettings.CspMode;
import dev.concertina.starter.security.SecuritySettings.Csrf;
import dev.concertina.starter.security.SecuritySettings.CsrfMode;
import dev.concertina.starter.security.SecuritySettings.Frame;
import dev.concertina.starter.security.SecuritySettings.Headers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SecuritySettingsTest {
    private static SecuritySettings bound(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("concertina.security", SecuritySettings.class);
    }

    @Test
    void defaults() {
        assertThat(bound(Map.of()))
                .isEqualTo(
                        new SecuritySettings(
                                new Csrf(CsrfMode.SESSION, List.of(), List.of()),
                                new Cors(
                                        List.of(),
                                        List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
                                        List.of("*"),
                                        List.of(),
                                        false,
                                        Duration.ofMinutes(30),
                                        List.of("/**")),
                                new Csp(CspMode.ENFORCE, Map.of(), Optional.empty()),
                                new Headers(
                                        true,
                                        Frame.DENY,
                                        "strict-origin-when-cross-origin",
                                        "camera=(), geolocation=(), microphone=(), payment=(),"
                                                + " usb=()",
                                        "same-origin-allow-popups",
                                        "same-origin",
                                        Duration.ofDays(365),
                                        true)));
    }

    @Test
    void everyKeyIsMapped() {
        var values = new HashMap<String, String>();
        var p = "concertina.security.";
        values.put(p + "csrf.mode", "cookie");
        values.put(p + "csrf.except", "/a,/b/**");
        values.put(p + "csrf.trusted", "https://t.example:8443");
        values.put(p + "cors.origins", "https://a.example,http://localhost:3000");
        values.put(p + "cors.methods", "GET");
        values.put(p + "cors.headers", "X-A");
        values.put(p + "cors.exposed", "X-B");
        values.put(p + "cors.credentials", "true");
        values.put(p + "cors.max-age", "1m");
        values.put(p + "cors.paths", "/api/**");
        values.put(p + "csp.mode", "report");
        values.put(p + "csp.sources.img-src", "https://c.example,blob:");
        values.put(p + "csp.report-uri", "/csp");
        values.put(p + "headers.enabled", "false");
        values.put(p + "headers.frame", "same-origin");
        values.put(p + "headers.referrer", "no-referrer");
        values.put(p + "headers.permissions", "off");
        values.put(p + "headers.opener", "same-origin");
        values.put(p + "headers.resource", "same-site");
        values.put(p + "headers.hsts", "1d");
        values.put(p + "headers.hsts-subdomains", "false");
        assertThat(bound(values))
                .isEqualTo(
                        new SecuritySettings(
                                new Csrf(
                                        CsrfMode.COOKIE,
                                        List.of("/a", "/b/**"),
                                        List.of("https://t.example:8443")),
                                new Cors(
                                        List.of("https://a.example", "http://localhost:3000"),
                                        List.of("GET"),
                                        List.of("X-A"),
                                        List.of("X-B"),
                                        true,
                                        Duration.ofMinutes(1),
                                        List.of("/api/**")),
                                new Csp(
                                        CspMode.REPORT,
                                        Map.of("img-src", List.of("https://c.example", "blob:")),
                                        Optional.of("/csp")),
                                new Headers(
                                        false,
                                        Frame.SAME_ORIGIN,
                                        "no-referrer",
                                        "off",
                                        "same-origin",
                                        "same-site",
                                        Duration.ofDays(1),
                                        false)));
    }

    @Test
    void whatCannotWorkIsRefusedByName() {
        var p = "concertina.security.";
        var bad =
                Map.of(
                        p + "cors.credentials",
                        Map.of(p + "cors.credentials", "true", p + "cors.origins", "*"),
                        p + "cors.origins",
                        Map.of(p + "cors.origins", "https://a.example/"),
                        p + "cors.paths",
                        Map.of(p + "cors.paths", "api/**"),
                        p + "cors.exposed",
                        Map.of(p + "cors.credentials", "true", p + "cors.exposed", "*"),
                        p + "csrf.except",
                        Map.of(p + "csrf.except", "hooks"),
                        p + "csrf.trusted",
                        Map.of(p + "csrf.trusted", "friend.example"),
                        p + "headers.referrer",
                        Map.of(p + "headers.referrer", "a\r\nSet-Cookie: b"));
        bad.forEach((key, values) ->
                assertThatThrownBy(() -> bound(values))
                        .as(key)
                        .rootCause()
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(key));
    }

    @Test
    void aPolicyThatSaysNothingIsRefused() {
        assertThatThrownBy(() -> policy("image-src", "https://a.example"))
                .hasMessageContaining("concertina.security.csp.sources")
                .hasMessageContaining("image-src")
                .hasMessageContaining("img-src");
        assertThatThrownBy(() -> policy("img-src", "a b"))
                .hasMessageContaining("img-src")
                .hasMessageContaining("'a b'");
        assertThatThrownBy(() -> policy("img-src", "a;script-src *"))
                .hasMessageContaining("img-src");
    }

    @Test
    void sourcesReplaceNoneAndUnsafeInlineReplacesTheNonce() {
        assertThat(policy("object-src", "https://a.example"))
                .contains("object-src https://a.example;")
                .doesNotContain("'none' https");
        assertThat(policy("style-src", "'unsafe-inline'"))
                .contains("style-src 'self' 'unsafe-inline';")
                .contains("script-src 'self' 'nonce-N';");
        assertThat(policy("frame-ancestors", "https://a.example"))
                .contains("frame-ancestors https://a.example")
                .doesNotContain("frame-ancestors 'none'");
        assertThat(policy("worker-src", "blob:")).contains("; worker-src blob:");
    }

    private static String policy(String directive, String source) {
        return new ContentPolicy(
                        new Csp(
                                CspMode.ENFORCE,
                                Map.of(directive, List.of(source)),
                                Optional.empty()))
                .text("N", Optional.of("'none'"));
    }
}

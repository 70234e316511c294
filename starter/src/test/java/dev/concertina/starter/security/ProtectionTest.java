package dev.concertina.starter.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.Served;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every answer says, with Spring Security and without, and what relaxes it. */
class ProtectionTest {
    private static final String CSP = "Content-Security-Policy";
    private static final Map<String, String> EVERYWHERE =
            Map.of(
                    "X-Content-Type-Options", "nosniff",
                    "X-Frame-Options", "DENY",
                    "Referrer-Policy", "strict-origin-when-cross-origin",
                    "Permissions-Policy",
                            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
                    "Cross-Origin-Opener-Policy", "same-origin-allow-popups",
                    "Cross-Origin-Resource-Policy", "same-origin");

    private static Served secured;
    private static Served open;

    @BeforeAll
    static void start() {
        secured =
                Served.start(
                        ProtectedApplication.class, "--concertina.security.csrf.except=/hooks/**");
        open =
                Served.start(
                        OpenApplication.class,
                        "--concertina.security.csrf.except=/hooks/**",
                        "--concertina.security.csrf.trusted=https://friend.example",
                        "--concertina.security.csp.mode=report",
                        "--concertina.security.csp.sources.img-src=https://cdn.example");
    }

    @AfterAll
    static void stop() {
        secured.close();
        open.close();
    }

    private static String field(HttpResponse<String> answer, String name) {
        var all = answer.headers().allValues(name);
        assertThat(all).as(name).hasSizeLessThan(2);
        return all.isEmpty() ? "" : all.getFirst();
    }

    @Test
    void everyAnswerIsProtectedErrorsIncluded() {
        for (var served : List.of(secured, open)) {
            for (var path : List.of("/page", "/none", "/broken")) {
                var answer = served.get(path);
                EVERYWHERE.forEach((name, value) ->
                        assertThat(field(answer, name)).as(path + " " + name).isEqualTo(value));
                assertThat(field(answer, "Strict-Transport-Security")).isEmpty();
            }
        }
    }

    @Test
    void httpsIsRemembered() {
        for (var served : List.of(secured, open)) {
            assertThat(
                            field(
                                    served.get("/page", "X-Forwarded-Proto", "https"),
                                    "Strict-Transport-Security"))
                    .startsWith("max-age=31536000")
                    .containsIgnoringCase("; includeSubDomains");
        }
    }

    @Test
    void aPagesNonceIsInItsPolicyAndNewEachTime() {
        var first = secured.get("/page");
        var second = secured.get("/page");
        assertThat(first.body()).hasSizeGreaterThan(20).isNotEqualTo(second.body());
        assertThat(field(first, CSP))
                .isEqualTo(
                        "default-src 'self'; script-src 'self' 'nonce-"
                                + first.body()
                                + "'; style-src 'self' 'nonce-"
                                + first.body()
                                + "'; img-src 'self' data:; connect-src 'self'; object-src 'none';"
                                + " frame-src 'self'; base-uri 'self'; form-action 'self';"
                                + " frame-ancestors 'none'");
        assertThat(field(second, CSP)).contains("'nonce-" + second.body() + "'");
    }

    @Test
    void reportOnlyAndFurtherSources() {
        var answer = open.get("/page");
        assertThat(field(answer, CSP)).isEmpty();
        assertThat(field(answer, "Content-Security-Policy-Report-Only"))
                .contains("'nonce-" + answer.body() + "'")
                .contains("img-src 'self' data: https://cdn.example;");
    }

    @Test
    void whatTheApplicationSetsStays() {
        for (var served : List.of(secured, open)) {
            var answer = served.get("/own");
            assertThat(field(answer, CSP)).isEqualTo("default-src 'none'");
            assertThat(field(answer, "Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(field(answer, "X-Frame-Options")).isEqualTo("SAMEORIGIN");
        }
    }

    @Test
    void aFormNeedsItsTokenABearerNeedsNone() {
        assertThat(secured.send("POST", "/change", "").statusCode()).isEqualTo(403);
        assertThat(secured.send("POST", "/hooks/change", "").statusCode()).isEqualTo(200);
        assertThat(
                        secured.send("POST", "/change", "", "Authorization", "Bearer of.good.news")
                                .statusCode())
                .isEqualTo(200);
        assertThat(secured.send("POST", "/change", "", "Authorization", "Basic YTpi").statusCode())
                .isEqualTo(403);
    }

    @Test
    void withoutSpringSecurityOtherOriginsChangeNothing() {
        String[][] refused = {
            {"Sec-Fetch-Site", "cross-site"},
            {"Sec-Fetch-Site", "same-site"},
            {"Origin", "https://evil.example"},
            {"Origin", "null"},
            {"Sec-Fetch-Site", "cross-site", "Origin", "https://friend.example.evil.example"}
        };
        String[][] allowed = {
            {},
            {"Sec-Fetch-Site", "same-origin"},
            {"Sec-Fetch-Site", "none"},
            {"Origin", "http://127.0.0.1:" + open.port()},
            {"Sec-Fetch-Site", "cross-site", "Origin", "https://friend.example"}
        };
        for (var fields : refused) {
            var answer = open.send("POST", "/change", "", fields);
            assertThat(answer.statusCode()).as(List.of(fields).toString()).isEqualTo(403);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValue("application/problem+json");
            assertThat(open.send("POST", "/hooks/change", "", fields).statusCode()).isEqualTo(200);
            assertThat(open.get("/page", fields).statusCode()).isEqualTo(200);
        }
        for (var fields : allowed) {
            assertThat(open.send("POST", "/change", "", fields).statusCode())
                    .as(List.of(fields).toString())
                    .isEqualTo(200);
        }
    }
}

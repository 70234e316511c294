package dev.concertina.starter.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.Served;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pages of other origins, and the token in a cookie they can repeat. */
class CorsTest {
    private static final String FRIEND = "https://app.friend.example";

    private static Served served;

    @BeforeAll
    static void start() {
        served =
                Served.start(
                        ProtectedApplication.class,
                        "--concertina.security.csrf.mode=cookie",
                        "--concertina.security.cors.origins[0]=https://*.friend.example",
                        "--concertina.security.cors.methods=GET,POST",
                        "--concertina.security.cors.headers=Content-Type",
                        "--concertina.security.cors.exposed=X-Request-Id",
                        "--concertina.security.cors.credentials=true",
                        "--concertina.security.cors.max-age=10m");
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    private static Optional<String> field(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name);
    }

    private static HttpResponse<String> preflight(String origin, String method) {
        return served.send(
                "OPTIONS",
                "/change",
                "",
                "Origin",
                origin,
                "Access-Control-Request-Method",
                method,
                "Access-Control-Request-Headers",
                "content-type");
    }

    @Test
    void aFriendMayReadAndAsk() {
        var answer = served.get("/page", "Origin", FRIEND);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(field(answer, "Access-Control-Allow-Origin")).hasValue(FRIEND);
        assertThat(field(answer, "Access-Control-Allow-Credentials")).hasValue("true");
        assertThat(field(answer, "Access-Control-Expose-Headers")).hasValue("X-Request-Id");
        assertThat(answer.headers().allValues("Vary")).contains("Origin");
        assertThat(field(answer, "Cross-Origin-Resource-Policy")).isEmpty();
        var asked = preflight(FRIEND, "POST");
        assertThat(asked.statusCode()).isEqualTo(200);
        assertThat(field(asked, "Access-Control-Allow-Methods")).hasValue("GET,POST");
        assertThat(field(asked, "Access-Control-Allow-Headers")).hasValue("content-type");
        assertThat(field(asked, "Access-Control-Max-Age")).hasValue("600");
    }

    @Test
    void anybodyElseMayNot() {
        for (var origin : new String[] {"https://friend.example.evil.example", "null"}) {
            assertThat(preflight(origin, "POST").statusCode()).isEqualTo(403);
            var answer = served.get("/page", "Origin", origin);
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(field(answer, "Access-Control-Allow-Origin")).isEmpty();
        }
        assertThat(preflight(FRIEND, "DELETE").statusCode()).isEqualTo(403);
        assertThat(served.get("/page").statusCode()).isEqualTo(200);
    }

    @Test
    void aScriptRepeatsTheTokenOfItsCookie() {
        var page = served.get("/csrf");
        var cookie = field(page, "Set-Cookie").orElse("");
        assertThat(cookie)
                .startsWith("XSRF-TOKEN=")
                .contains("Path=/")
                .contains("SameSite=Lax")
                .doesNotContain("HttpOnly")
                .doesNotContain("Domain");
        var pair = cookie.substring(0, cookie.indexOf(';'));
        var token = pair.substring(pair.indexOf('=') + 1);
        assertThat(
                        served.send("POST", "/change", "", "Cookie", pair, "X-XSRF-TOKEN", token)
                                .statusCode())
                .isEqualTo(200);
        assertThat(served.send("POST", "/change", "", "Cookie", pair).statusCode()).isEqualTo(403);
        assertThat(
                        served.send("POST", "/change", "", "Cookie", pair, "X-XSRF-TOKEN", "other")
                                .statusCode())
                .isEqualTo(403);
    }
}

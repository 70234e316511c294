package dev.concertina.starter.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.testing.TestRedis;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Good and bad cookies. */
@ExtendWith(OutputCaptureExtension.class)
class CookieTest {
    private static final String NAME = "CONCERTINA_SESSION";
    private static final HttpClient client = HttpClient.newHttpClient();
    private static Instances instances;

    @BeforeAll
    static void start() {
        instances = start(Instances.KEY, "24h");
    }

    @AfterAll
    static void stop() {
        instances.close();
        client.close();
    }

    private static Instances start(String key, String touchEvery) {
        return Instances.start(
                1,
                "--concertina.redis.url=" + TestRedis.url(),
                "--concertina.redis.namespace=cookies",
                "--concertina.session.touch-every=" + touchEvery,
                key);
    }

    private static HttpResponse<String> read(Instances where, String... ids) throws Exception {
        var request =
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + where.ports()[0] + "/public/read"));
        if (ids.length > 0) {
            request.header("Cookie", NAME + "=" + String.join("; " + NAME + "=", ids));
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String counted() {
        var browser = instances.browser();
        assertThat(browser.get("/public/count").body()).isEqualTo("1");
        return browser.cookie(NAME);
    }

    private static List<String> cookies(HttpResponse<String> answer) {
        return answer.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith(NAME + "="))
                .toList();
    }

    @Test
    void aCookieIsRenewedWhenTheAccessIsNoted() throws Exception {
        var id = counted();
        for (int i = 0; i < 3; i++) {
            assertThat(cookies(read(instances, id))).as("within 24 hours").isEmpty();
        }
        try (var rolling = start(Instances.KEY, "0s")) {
            for (int i = 0; i < 3; i++) {
                assertThat(cookies(read(rolling, id)))
                        .singleElement()
                        .asString()
                        .startsWith(NAME + "=" + id)
                        .contains("Max-Age=2592000", "HttpOnly", "SameSite=Lax", "Path=/");
            }
        }
    }

    @Test
    void whatIsNoIdIsNobodysSession(CapturedOutput log) throws Exception {
        var id = counted();
        for (var bad :
                List.of(
                        "x",
                        "",
                        "0000.",
                        id + "A",
                        id.replace('.', ':'),
                        "zzzz" + id.substring(4),
                        id.substring(0, 20) + "%00" + id.substring(23),
                        "\"" + id.substring(0, 30),
                        "{" + id + "}",
                        "x".repeat(6000))) {
            var answer = read(instances, bad);
            assertThat(answer.statusCode()).as(bad).isEqualTo(200);
            assertThat(answer.body()).as(bad).isEqualTo("null");
        }
        assertThat(log.getAll()).doesNotContain(id, id.substring(5));
    }

    @Test
    void aStaleCookieBesideAGoodOneHidesNothing() throws Exception {
        var good = counted();
        var other = counted();
        var dead = good.substring(0, 5) + new StringBuilder(good.substring(5)).reverse();
        assertThat(read(instances, dead, good).body()).isEqualTo("1");
        assertThat(read(instances, good, dead).body()).isEqualTo("1");
        assertThat(read(instances, good, good).body()).isEqualTo("1");
        assertThat(read(instances, "x", good).body()).isEqualTo("1");
        assertThat(cookies(read(instances, dead, good))).as("it is told nothing new").isEmpty();
        assertThat(read(instances, dead, "x", dead).body()).isEqualTo("null");
        assertThat(read(instances, good, other).body())
                .as("of two good ones the first")
                .isEqualTo("1");
    }

    @Test
    void anotherKeyIsNamedAndNothingIsShown(CapturedOutput log) throws Exception {
        var id = counted();
        var key = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";
        assertThatThrownBy(() -> start("--concertina.session.keys=" + key, "24h"))
                .rootCause()
                .hasMessageContaining("concertina.session.keys");
        assertThat(log.getAll())
                .doesNotContain(id, id.substring(5), key, Instances.KEY.substring(26));
        assertThat(read(instances, id).body()).as("with the right one").isEqualTo("1");
    }
}

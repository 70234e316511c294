package dev.concertina.starter.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a balancer and its operator read off one instance. */
class ProbesTest {
    private static Instances instances;

    @BeforeAll
    static void start() {
        instances = Instances.start(1, "--concertina.instance.id=web-1");
    }

    @AfterAll
    static void stop() {
        instances.close();
    }

    private static JsonNode body(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static void assertNamed(HttpResponse<String> answer) {
        assertThat(answer.headers().allValues("X-Instance-Id")).containsExactly("web-1");
    }

    @Test
    void healthTellsTheStateAndTheInstance() {
        var answer = instances.browser().get("/health");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        var report = body(answer);
        assertThat(report.path("status").asString()).isEqualTo("ok");
        assertThat(report.path("dependencies").isObject()).isTrue();
        var instance = report.path("instance");
        assertThat(Set.copyOf(instance.propertyNames()))
                .isEqualTo(
                        Set.of(
                                "id",
                                "release",
                                "host",
                                "pid",
                                "startedAt",
                                "uptimeSeconds",
                                "cpus",
                                "load",
                                "memory"));
        assertThat(instance.path("id").asString()).isEqualTo("web-1");
        assertThat(instance.path("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
        assertThat(instance.path("memory").path("maxBytes").asLong()).isPositive();
        assertNamed(answer);
    }

    @Test
    void strangersLearnTheStateOnly() {
        var answer = instances.browser().get("/health", "X-Forwarded-For", "203.0.113.9");
        assertThat(answer.statusCode()).isEqualTo(200);
        var report = body(answer);
        assertThat(report.path("status").asString()).isEqualTo("ok");
        assertThat(report.path("instance").propertyNames()).containsExactly("id");
    }

    @Test
    void readyAndLiveNameTheInstance() {
        for (var path : new String[] {"/health/ready", "/health/live"}) {
            var answer = instances.browser().get(path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(body(answer).path("instance").asString()).isEqualTo("web-1");
        }
    }

    @Test
    void everyAnswerNamesItsInstanceOnce() {
        var browser = instances.browser();
        assertThat(browser.get("/public/none").statusCode()).isEqualTo(404);
        for (var path :
                new String[] {
                    "/public/hello", "/public/none", "/public/broken", "/public/reset", "/me"
                }) {
            assertNamed(browser.get(path));
        }
        assertThat(browser.get("/public/broken").statusCode()).isEqualTo(500);
    }

    @Test
    void readinessGoesDownBeforeTheListenerDoes() throws Exception {
        try (var leaving =
                Instances.start(
                        1,
                        "--concertina.instance.drain-delay=60s",
                        "--concertina.instance.drain-within=120s")) {
            var browser = leaving.browser();
            assertThat(browser.get("/health/ready").statusCode()).isEqualTo(200);
            var closing = Thread.ofPlatform().start(leaving::close);
            var end = System.nanoTime() + 30_000_000_000L;
            while (browser.get("/health/ready").statusCode() != 503) {
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.onSpinWait();
            }
            assertThat(browser.get("/public/hello").body()).isEqualTo("hello");
            assertThat(browser.get("/health/live").statusCode()).isEqualTo(200);
            var health = browser.get("/health");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(body(health).path("status").asString()).isEqualTo("down");
            // Ends the delay early.
            closing.interrupt();
            closing.join();
        }
    }
}

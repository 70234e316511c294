package dev.concertina.starter.app;

import static dev.concertina.starter.testing.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.TestPostgres;
import dev.concertina.starter.testing.TestRedis;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions in PostgreSQL, with and without Redis beside it, and while it is restarted. */
@Tag("real")
class PostgresSessionTest {
    // A call waits 500 ms and a request makes two; a busy machine adds its own.
    private static final Duration BOUND = Duration.ofSeconds(8);

    private static Instances start(String url, String... more) {
        var all =
                new ArrayList<>(
                        List.of(
                                "--concertina.session.store=postgres",
                                "--spring.datasource.url=" + url,
                                Instances.KEY));
        all.addAll(List.of(more));
        return Instances.start(2, all.toArray(String[]::new));
    }

    private static boolean counts(Browser browser) {
        return IntStream.range(0, 2)
                .allMatch(i -> browser.get("/public/count").statusCode() == 200);
    }

    private static HttpResponse<String> timed(Browser browser, String path) {
        long started = System.nanoTime();
        var answer = browser.get(path);
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(BOUND);
        return answer;
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
    }

    private static void assertOne(Instances instances) {
        var browser = instances.browser();
        browser.get("/public/count");
        browser.login("ada", "lovelace");
        assertThat(browser.get("/me").body()).startsWith("ada ");
        assertThat(browser.get("/me").body()).startsWith("ada ");
        assertThat(browser.get("/public/count").body()).isEqualTo("2");
        assertThat(browser.get("/public/read").body()).isEqualTo("2");
        var token = browser.get("/token").body();
        assertThat(browser.post("/logout", Map.of("_csrf", token)).statusCode()).isEqualTo(302);
        assertThat(browser.get("/me").statusCode()).isEqualTo(302);
        assertThat(instances.browser().get("/health").body())
                .contains("\"sessions\"")
                .contains("\"status\":\"ok\"");
    }

    @Test
    void sessionsAreOneAndLimitsInRedisCountForTheUserOfASessionInPostgres() throws Exception {
        try (var relay = new CountingRelay(TestRedis.port());
                var instances =
                        start(
                                TestPostgres.shared().url(),
                                "--concertina.redis.url=" + relay.url(),
                                "--concertina.redis.namespace=" + UUID.randomUUID())) {
            assertOne(instances);
            int passed = 0;
            for (int i = 0; i < 4; i++) {
                var browser = instances.browser();
                browser.login("bob", "babbage");
                for (int j = 0; j < 3; j++) {
                    passed += browser.get("/mine").statusCode() == 200 ? 1 : 0;
                }
            }
            assertThat(passed).as("of 5 in an hour, in all sessions").isEqualTo(5);
            relay.take();
            var browser = instances.browser();
            browser.get("/public/count");
            browser.get("/public/read");
            assertThat(relay.take()).as("sessions ask nothing of Redis").isEmpty();
        }
    }

    @Test
    void aServerThatIsMissingHangsOrIsRestartedIsFoundAgain() throws Exception {
        var server = TestPostgres.shared();
        server.stop();
        try (var instances = start(server.url())) {
            assertRefused(timed(instances.browser(), "/public/count"));
            assertThat(timed(instances.browser(), "/public/hello").body()).isEqualTo("hello");
            server.start();
            await(() -> counts(instances.browser()));
            hangsAndIsRestarted(server, instances);
        }
    }

    private static void hangsAndIsRestarted(TestPostgres server, Instances instances)
            throws Exception {
        var browser = instances.browser();
        browser.login("ada", "lovelace");

        server.pause();
        try {
            assertRefused(timed(browser, "/public/count"));
            assertThat(timed(browser, "/me").body()).as("by the capsule").startsWith("ada ");
            assertThat(timed(instances.browser(), "/public/hello").body()).isEqualTo("hello");
            for (int i = 0; i < 20; i++) {
                assertRefused(timed(browser, "/public/count"));
            }
            assertThat(timed(instances.browser(), "/health").body()).contains("degraded");
        } finally {
            server.resume();
        }
        await(() -> counts(browser));

        server.stop();
        assertRefused(timed(browser, "/public/count"));
        assertThat(timed(browser, "/me").body()).startsWith("ada ");
        server.start();
        await(() -> counts(browser));
        assertThat(browser.get("/me").body()).startsWith("ada ");
        assertThat(instances.browser().get("/health").body()).contains("\"status\":\"ok\"");
    }
}

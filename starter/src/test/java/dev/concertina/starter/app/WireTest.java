package dev.concertina.starter.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.TestRedis;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a request costs, read off the socket. */
class WireTest {
    private static CountingRelay relay;
    private static Instances instances;

    @BeforeAll
    static void start() throws Exception {
        relay = new CountingRelay(TestRedis.port());
        instances = Instances.start(2, "--concertina.redis.url=" + relay.url(), Instances.KEY);
        // Both instances teach Redis their scripts once.
        var browser = instances.browser();
        for (int i = 0; i < 4; i++) {
            browser.get("/public/count");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        instances.close();
        relay.close();
    }

    @Test
    void aReadingRequestIsOneCommand() {
        var browser = instances.browser();
        browser.get("/public/count");
        relay.take();
        for (int i = 0; i < 10; i++) {
            assertThat(browser.get("/public/read").body()).isEqualTo("1");
        }
        assertThat(relay.take()).hasSize(10).containsOnly("EVALSHA");
    }

    @Test
    void aWritingRequestIsTwo() {
        var browser = instances.browser();
        browser.get("/public/count");
        relay.take();
        for (int i = 0; i < 10; i++) {
            browser.get("/public/count");
        }
        assertThat(relay.take()).hasSize(20).containsOnly("EVALSHA");
        assertThat(browser.get("/public/read").body()).isEqualTo("11");
    }

    @Test
    void aLoggedInPageIsOneCommand() {
        var browser = instances.browser();
        var form = browser.get("/login").body();
        var at = form.indexOf("value=\"", form.indexOf("name=\"_csrf\"")) + 7;
        var token = form.substring(at, form.indexOf('"', at));
        browser.post("/login", Map.of("username", "ada", "password", "lovelace", "_csrf", token));
        relay.take();
        for (int i = 0; i < 10; i++) {
            assertThat(browser.get("/me").body()).startsWith("ada");
        }
        assertThat(relay.take()).hasSize(10).containsOnly("EVALSHA");
    }

    @Test
    void aRequestWithoutACookieIsNone() {
        relay.take();
        assertThat(instances.browser().get("/public/hello").body()).isEqualTo("hello");
        assertThat(relay.take()).isEmpty();
    }

    @Test
    void aMalformedCookieIsNone() {
        var browser = instances.browser();
        browser.bring("CONCERTINA_SESSION", "abcd.{evil}*");
        relay.take();
        browser.get("/public/hello");
        assertThat(relay.take()).isEmpty();
    }

    @Test
    void aForgottenScriptIsTaughtAgain() {
        var browser = instances.browser();
        browser.get("/public/count");
        var client = io.lettuce.core.RedisClient.create(TestRedis.url());
        try (var connection = client.connect()) {
            connection.sync().scriptFlush();
        } finally {
            client.shutdown();
        }
        assertThat(browser.get("/public/count").body()).isEqualTo("2");
    }

    @Test
    void aCutConnectionComesBackByItself() throws Exception {
        var browser = instances.browser();
        browser.get("/public/count");
        relay.cut();
        await(() -> everyInstanceReads(browser));
        assertThat(browser.get("/public/read").body()).isEqualTo("1");
    }

    /** The browser asks the two instances in turn. */
    private static boolean everyInstanceReads(Browser browser) {
        return java.util.stream.IntStream.range(0, 2)
                .allMatch(i -> browser.get("/public/read").statusCode() == 200);
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        var end = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}

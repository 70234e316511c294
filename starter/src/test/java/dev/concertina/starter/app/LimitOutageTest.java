package dev.concertina.starter.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.TestRedis;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What limits hold while Redis is away, and that they do not hold more than they say. */
@Tag("real")
class LimitOutageTest {
    private static void await(BooleanSupplier condition) {
        var end = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static long passed(Browser browser, String path, int asked) {
        return IntStream.range(0, asked).filter(i -> browser.get(path).statusCode() == 200).count();
    }

    private static boolean away(Instances instances) {
        return IntStream.range(0, 4)
                .allMatch(i -> instances.browser().get("/public/closed").statusCode() == 503);
    }

    @Test
    void anOutageAddsAtMostTwoBursts() throws Exception {
        int port = TestRedis.freePort();
        var first = TestRedis.server(port);
        first.start();
        try (var instances =
                Instances.start(
                        2,
                        "--concertina.redis.url=redis://127.0.0.1:" + port,
                        "--concertina.redis.timeout=400ms",
                        "--concertina.limit.rules[0].name=shared",
                        "--concertina.limit.rules[0].paths=/public/hello",
                        "--concertina.limit.rules[0].rate=6/h",
                        "--concertina.limit.rules[1].name=strict",
                        "--concertina.limit.rules[1].paths=/public/limited/free",
                        "--concertina.limit.rules[1].rate=8/h",
                        "--concertina.limit.rules[1].when-away=strict",
                        "--concertina.limit.rules[2].name=open",
                        "--concertina.limit.rules[2].paths=/public/open",
                        "--concertina.limit.rules[2].rate=1/h",
                        "--concertina.limit.rules[2].when-away=open",
                        "--concertina.limit.rules[3].name=closed",
                        "--concertina.limit.rules[3].paths=/public/closed",
                        "--concertina.limit.rules[3].rate=1000/s",
                        "--concertina.limit.rules[3].when-away=closed",
                        "--concertina.limit.instances=2",
                        Instances.KEY)) {
            var browser = instances.browser();
            try {
                // One less than all, so that nobody is remembered as refused.
                assertThat(passed(browser, "/public/hello", 5)).isEqualTo(5);
            } finally {
                first.stop();
            }
            assertThat(passed(browser, "/public/hello", 40)).as("three each").isEqualTo(6);
            assertThat(passed(browser, "/public/limited/free", 40))
                    .as("half of four each")
                    .isEqualTo(4);
            assertThat(IntStream.range(0, 8))
                    .allMatch(i -> browser.get("/public/open").statusCode() == 404);
            var closed = browser.get("/public/closed");
            assertThat(closed.statusCode()).isEqualTo(503);
            assertThat(closed.headers().firstValue("Retry-After")).hasValue("2");
            assertThat(closed.body()).contains("\"violated-policies\":[\"closed\"]");

            var second = TestRedis.server(port);
            second.start();
            try {
                await(() -> !away(instances));
                await(() -> instances.browser().get("/public/open").statusCode() == 429);
                assertThat(5 + 6 + passed(browser, "/public/hello", 40)).isLessThanOrEqualTo(3 * 6);
            } finally {
                second.stop();
            }
        }
    }
}

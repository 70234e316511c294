package dev.concertina.starter.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.TestRedis;
import io.lettuce.core.RedisClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/**
 * Two instances under load while everything happens to their Redis, one thing after another: the
 * limit holds within its bound, nobody waits, and everything returns. With {@code -Dsoak=true}
 * longer and over again.
 */
class FaultTest {
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final Duration FAULT = SOAK ? Duration.ofSeconds(10) : Duration.ofMillis(700);
    private static final int ROUNDS = SOAK ? 5 : 1;
    private static final int RATE = 20;
    // A call waits 400 ms and a request makes two at most; a busy machine adds its own.
    private static final Duration WAIT = Duration.ofSeconds(8);

    private final AtomicLong passed = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private int port;
    private RedisServer server;
    private int outages;

    private interface Fault {
        void strike() throws Exception;
    }

    private HttpResponse<String> timed(Browser browser, String path) {
        long started = System.nanoTime();
        var answer = browser.get(path);
        longest.accumulateAndGet(System.nanoTime() - started, Math::max);
        return answer;
    }

    private void ask(Instances instances) {
        var browser = instances.browser();
        while (!over.get()) {
            var answer = timed(browser, "/public/hello");
            assertThat(answer.statusCode()).isIn(200, 429);
            if (answer.statusCode() == 200) {
                passed.incrementAndGet();
            }
            assertThat(timed(browser, "/public/count").statusCode()).isIn(200, 503);
        }
    }

    private static void await(BooleanSupplier condition) {
        var end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static boolean well(Instances instances) {
        var browser = instances.browser();
        for (int i = 0; i < 4; i++) {
            if (browser.get("/public/count").statusCode() != 200) {
                return false;
            }
        }
        return true;
    }

    private static void hold(Duration time) throws InterruptedException {
        assertThat(new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
    }

    private void restart() throws Exception {
        server.stop();
        hold(FAULT);
        server = TestRedis.server(port);
        server.start();
    }

    private void flushScripts() {
        var client = RedisClient.create("redis://127.0.0.1:" + port);
        try (var connection = client.connect()) {
            connection.sync().scriptFlush();
        } finally {
            client.shutdown();
        }
    }

    private List<Fault> faults(CountingRelay relay) {
        return List.of(
                this::restart,
                () -> {
                    relay.hold();
                    hold(FAULT);
                    relay.release();
                },
                () -> {
                    relay.hold();
                    hold(FAULT);
                    relay.forget();
                },
                this::flushScripts,
                relay::cut);
    }

    @Test
    void whateverHappensToRedisTheLimitHoldsAndNobodyWaits() throws Exception {
        port = TestRedis.freePort();
        server = TestRedis.server(port);
        server.start();
        try (var relay = new CountingRelay(port);
                var instances =
                        Instances.start(
                                2,
                                "--concertina.redis.url=" + relay.url(),
                                "--concertina.redis.timeout=400ms",
                                "--concertina.limit.rules[0].name=all",
                                "--concertina.limit.rules[0].paths=/public/hello",
                                "--concertina.limit.rules[0].rate=" + RATE + "/s",
                                "--concertina.limit.rules[0].key=all",
                                "--concertina.limit.strict.enabled=false",
                                "--concertina.limit.instances=2",
                                Instances.KEY);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            await(() -> well(instances));
            long started = System.nanoTime();
            var clients = new ArrayList<Future<?>>();
            for (int i = 0; i < 2; i++) {
                clients.add(threads.submit(() -> ask(instances)));
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (var fault : faults(relay)) {
                    fault.strike();
                    outages++;
                    await(() -> well(instances));
                }
            }
            over.set(true);
            for (var client : clients) {
                client.get();
            }
            double seconds = Math.ceil((System.nanoTime() - started) / 1e9);
            assertThat(passed.doubleValue())
                    .as("%s outages in %s s, %s passed", outages, seconds, passed)
                    .isLessThanOrEqualTo(RATE * (1 + seconds) + 2.0 * RATE * outages)
                    .isGreaterThan(RATE);
            assertThat(Duration.ofNanos(longest.get())).isLessThan(WAIT);
            assertThat(instances.browser().get("/health").body()).contains("\"status\":\"ok\"");
        } finally {
            server.stop();
        }
    }
}

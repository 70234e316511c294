package dev.concertina.starter.app;

import static dev.concertina.starter.testing.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.TestCluster;
import io.lettuce.core.cluster.SlotHash;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An application of two instances on a Redis Cluster of three servers. */
@Tag("real")
class ClusterTest {
    // The timeout is 400 ms; a busy machine adds its own.
    private static final Duration BOUND = Duration.ofSeconds(5);

    private static TestCluster cluster;
    private static Instances instances;

    @BeforeAll
    static void start() {
        cluster = TestCluster.shared();
        instances =
                Instances.start(
                        2,
                        "--concertina.redis.url=" + cluster.url(),
                        "--concertina.redis.timeout=400ms",
                        "--concertina.redis.namespace=app",
                        "--concertina.limit.rules[0].name=reads",
                        "--concertina.limit.rules[0].paths=/public/read",
                        "--concertina.limit.rules[0].rate=100000/s",
                        "--concertina.limit.rules[1].name=few",
                        "--concertina.limit.rules[1].paths=/public/broken",
                        "--concertina.limit.rules[1].key=user",
                        "--concertina.limit.rules[1].rate=4/h",
                        Instances.KEY);
        await(() -> counts(instances.browser()));
    }

    @AfterAll
    static void stop() {
        instances.close();
    }

    private static boolean counts(Browser browser) {
        return IntStream.range(0, 2)
                .allMatch(i -> browser.get("/public/count").statusCode() == 200);
    }

    @Test
    void sessionsAreOneWhicheverInstanceAndServerHasThem() {
        for (int i = 0; i < 20; i++) {
            var browser = instances.browser();
            browser.get("/public/count");
            assertThat(browser.get("/public/count").body()).isEqualTo("2");
            assertThat(browser.get("/public/read").body()).isEqualTo("2");
        }
    }

    @Test
    void aLoginMovesTheSessionWithinItsServer() {
        var browser = instances.browser();
        browser.get("/public/count");
        browser.login("ada", "lovelace");
        assertThat(browser.get("/me").body()).startsWith("ada ");
        assertThat(browser.get("/public/read").body()).isEqualTo("1");
    }

    @Test
    void aLimitByUserCountsInAllTheirSessionsAndStrangersByAddress() {
        int passed = 0;
        for (int i = 0; i < 4; i++) {
            var browser = instances.browser();
            browser.login("bob", "babbage");
            for (int j = 0; j < 3; j++) {
                passed += browser.get("/public/broken").statusCode() == 429 ? 0 : 1;
            }
        }
        assertThat(passed).as("of bob, wherever").isEqualTo(4);
        int strangers = 0;
        for (int i = 0; i < 9; i++) {
            strangers += instances.browser().get("/public/broken").statusCode() == 429 ? 0 : 1;
        }
        assertThat(strangers).as("of one address").isEqualTo(4);
    }

    @Test
    void slotsMoveUnderLoadAndNobodyNotices() throws Exception {
        var over = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var clients = new ArrayList<Future<Integer>>();
            for (int i = 0; i < 4; i++) {
                clients.add(threads.submit(() -> countUntil(over)));
            }
            var keys = cluster.client();
            try (var admin = keys.connect()) {
                for (var key : admin.sync().keys("app:s:*").stream().limit(12).toList()) {
                    int slot = SlotHash.getSlot(key);
                    int from = cluster.owner(slot);
                    cluster.move(slot, from, (from + 1) % 3);
                }
            } finally {
                keys.shutdown();
            }
            over.set(true);
            for (var client : clients) {
                assertThat(client.get()).isPositive();
            }
        }
    }

    private static int countUntil(AtomicBoolean over) {
        var browser = instances.browser();
        int count = 0;
        while (!over.get() || count == 0) {
            var answer = browser.get("/public/count");
            assertThat(answer.statusCode()).as(answer::body).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(Integer.toString(++count));
        }
        return count;
    }

    @Test
    void aServerThatHangsStopsOnlyItsOwnSessions() throws Exception {
        var browsers = new ArrayList<Browser>();
        // So many that each server has some of them.
        for (int i = 0; i < 30; i++) {
            var browser = instances.browser();
            assertThat(counts(browser)).isTrue();
            browsers.add(browser);
        }
        cluster.process(1).pause();
        try {
            // Until the circuits of both instances to it are open, one waits for the timeout.
            await(() -> browsers.stream().anyMatch(b -> b.get("/public/read").statusCode() == 503));
            int well = 0;
            int hurt = 0;
            for (var browser : browsers) {
                for (int i = 0; i < 2; i++) {
                    long started = System.nanoTime();
                    var answer = browser.get("/public/read");
                    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(BOUND);
                    if (answer.statusCode() == 200) {
                        assertThat(answer.body()).isEqualTo("2");
                        well++;
                    } else {
                        assertRefused(answer);
                        hurt++;
                    }
                }
            }
            assertThat(well).as("sessions of the other servers").isPositive();
            assertThat(hurt).as("sessions of the server that hangs").isPositive();
            assertThat(instances.browser().get("/health").body()).contains("degraded");
        } finally {
            cluster.process(1).resume();
        }
        await(() -> browsers.stream().allMatch(ClusterTest::reads));
        await(() -> instances.browser().get("/health").body().contains("\"status\":\"ok\""));
    }

    /** On both instances. */
    private static boolean reads(Browser browser) {
        return IntStream.range(0, 2).allMatch(i -> browser.get("/public/read").statusCode() == 200);
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
    }
}

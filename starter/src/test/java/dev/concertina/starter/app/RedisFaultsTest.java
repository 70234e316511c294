package dev.concertina.starter.app;

import static dev.concertina.starter.testing.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.UserTag;
import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.RedisProcess;
import dev.concertina.starter.testing.TestCluster;
import dev.concertina.starter.testing.TestRedis;
import dev.concertina.starter.testing.TestSentinels;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two instances under load while everything happens to their Redis, one thing after another, as one
 * server, behind Sentinels and as a cluster. Counted at the clients, request by request: nobody
 * waits longer than the bound, everybody stays logged in, the limit is exceeded by no more than its
 * bound, and everything returns by itself. With {@code -Dsoak=true} longer and over again.
 */
@Tag("real")
class RedisFaultsTest {
    private static final Logger log = LoggerFactory.getLogger(RedisFaultsTest.class);
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final Duration FAULT = SOAK ? Duration.ofSeconds(10) : Duration.ofMillis(700);
    private static final int ROUNDS = Integer.getInteger("rounds", SOAK ? 5 : 1);
    private static final int RATE = 20;

    /**
     * How often the limit begins anew: where each instance counts for itself, and in what comes.
     */
    private static final int ANEW = 2;

    /** And once more in a primary that wakes up and still answers, until it is told of the new. */
    private static final int ANEW_WITH_SLEEPER = 3;

    private static final int CLIENTS = 6;
    // A call waits 400 ms and a request makes two at most; a busy machine adds its own.
    private static final Duration WAIT = Duration.ofSeconds(SOAK ? 3 : 8);

    private interface Fault {
        void strike() throws Exception;
    }

    private static Instances start(String url) {
        return Instances.start(
                2,
                "--concertina.redis.url=" + url,
                "--concertina.redis.timeout=400ms",
                "--concertina.redis.watch=500ms",
                "--concertina.redis.namespace=faults",
                "--concertina.limit.rules[0].name=all",
                "--concertina.limit.rules[0].paths=" + Load.LIMITED,
                "--concertina.limit.rules[0].rate=" + RATE + "/s",
                "--concertina.limit.rules[0].key=all",
                "--concertina.limit.instances=2",
                Instances.KEY);
    }

    private static void hold() throws InterruptedException {
        assertThat(new CountDownLatch(1).await(FAULT.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
    }

    private static boolean well(Instances instances) {
        var browser = instances.browser();
        return IntStream.range(0, 4)
                .allMatch(i -> browser.get("/public/count").statusCode() == 200);
    }

    private static void run(Instances instances, Map<String, Fault> faults) throws Exception {
        run(instances, faults, ANEW);
    }

    private static void run(Instances instances, Map<String, Fault> faults, int anew)
            throws Exception {
        await(() -> well(instances));
        try (var load = new Load(instances, CLIENTS)) {
            for (int round = 0; round < ROUNDS; round++) {
                for (var fault : faults.entrySet()) {
                    int before = load.seen().size();
                    fault.getValue().strike();
                    await(() -> well(instances));
                    report(fault.getKey(), load, before);
                }
            }
            await(() -> writesPass(load));
            load.end();
            judge(load, ROUNDS * faults.size(), anew);
            await(() -> instances.browser().get("/health").body().contains("\"status\":\"ok\""));
        }
    }

    /** Each client has been heard since: whose slot recovers last is not known. */
    private static boolean writesPass(Load load) {
        var writes = load.seen().stream().filter(s -> s.path().equals(Load.WRITE)).toList();
        return writes.size() > 3 * CLIENTS
                && writes.subList(writes.size() - 3 * CLIENTS, writes.size()).stream()
                        .allMatch(s -> s.status() == 200);
    }

    private static void report(String fault, Load load, int from) {
        var all = load.seen();
        var seen = all.subList(from, all.size());
        log.info(
                "{}: {} requests, {} refused, longest wait {} ms",
                fault,
                seen.size(),
                seen.stream().filter(s -> s.status() == 503).count(),
                seen.stream().mapToLong(s -> s.tookNanos() / 1_000_000).max().orElse(0));
    }

    private static void judge(Load load, int outages, int anew) {
        var seen = load.seen();
        assertThat(seen).hasSizeGreaterThan(100);
        assertThat(seen)
                .allSatisfy(s ->
                        assertThat(s.status())
                                .as(s.toString())
                                .isIn(
                                        switch (s.path()) {
                                            case Load.LIMITED -> new Object[] {200, 429};
                                            case Load.MINE -> new Object[] {200};
                                            default -> new Object[] {200, 503};
                                        }));
        assertThat(seen)
                .filteredOn(s -> s.path().equals(Load.MINE))
                .as("everybody stays logged in")
                .allSatisfy(s -> assertThat(s.body()).startsWith("ada "));
        assertThat(seen)
                .allSatisfy(s ->
                        assertThat(Duration.ofNanos(s.tookNanos()))
                                .as(s.toString())
                                .isLessThan(WAIT));
        long passed =
                seen.stream()
                        .filter(s -> s.path().equals(Load.LIMITED) && s.status() == 200)
                        .count();
        double seconds = Math.ceil(load.elapsed().toMillis() / 1000.0);
        log.info(
                "{} faults in {} s: {} passed a limit of {}/s, {} requests in all",
                outages,
                seconds,
                passed,
                RATE,
                seen.size());
        assertThat((double) passed)
                .isLessThanOrEqualTo(RATE * (1 + seconds) + (double) anew * RATE * outages)
                .isGreaterThan(RATE);
        assertThat(seen).as("the faults were felt").anyMatch(s -> s.status() == 503);
        // The last word is a session that is written to again.
        assertThat(seen.stream().filter(s -> s.path().equals(Load.WRITE)).toList().getLast())
                .satisfies(s -> assertThat(s.status()).isEqualTo(200));
    }

    private static void flushScripts(int port) {
        var client = RedisClient.create("redis://127.0.0.1:" + port);
        try (var connection = client.connect()) {
            connection.sync().scriptFlush();
        } finally {
            client.shutdown();
        }
    }

    @Test
    void oneServer() throws Exception {
        try (var server =
                        new RedisProcess(
                                        TestRedis.freePort(),
                                        "save \"\"",
                                        "appendonly yes",
                                        "appendfsync always")
                                .ready();
                var relay = new CountingRelay(server.port());
                var instances = start(relay.url())) {
            var faults = new LinkedHashMap<String, Fault>();
            faults.put(
                    "kill -9 and restart",
                    () -> {
                        server.kill();
                        hold();
                        server.restart();
                    });
            faults.put(
                    "stopped",
                    () -> {
                        server.pause();
                        hold();
                        server.resume();
                    });
            faults.put(
                    "half-open",
                    () -> {
                        relay.hold();
                        hold();
                        relay.forget();
                    });
            faults.put("scripts forgotten", () -> flushScripts(server.port()));
            faults.put("every connection cut", relay::cut);
            run(instances, faults);
        }
    }

    @Test
    void behindSentinels() throws Exception {
        try (var sentinels = new TestSentinels();
                var instances = start(sentinels.url())) {
            var faults = new LinkedHashMap<String, Fault>();
            faults.put(
                    "the primary stops, is replaced, and wakes up",
                    () -> {
                        int primary = sentinels.primary();
                        sentinels.server(primary).pause();
                        await(() -> sentinels.primary() != primary);
                        sentinels.server(primary).resume();
                        followsInTime(sentinels, primary);
                    });
            if (SOAK) {
                faults.put(
                        "the primary is killed",
                        () -> {
                            int primary = sentinels.primary();
                            sentinels.server(primary).kill();
                            await(() -> sentinels.primary() != primary);
                            sentinels.server(primary).restart();
                            followsInTime(sentinels, primary);
                        });
            }
            run(instances, faults, ANEW_WITH_SLEEPER);
        }
    }

    // Sentinels take ten seconds to make a follower of a primary that came back.
    private static void followsInTime(TestSentinels sentinels, int server) {
        if (SOAK) {
            sentinels.follows(server);
        }
    }

    @Test
    void aCluster() throws Exception {
        try (var cluster = new TestCluster(3, 3);
                var instances = start(cluster.url())) {
            var faults = new LinkedHashMap<String, Fault>();
            faults.put("slots move", () -> moveSlots(cluster));
            if (SOAK) {
                faults.put(
                        "a server stops",
                        () -> {
                            cluster.process(2).pause();
                            hold();
                            cluster.process(2).resume();
                        });
            }
            faults.put(
                    "a primary with sessions is killed and its replica follows it",
                    () -> {
                        int primary = cluster.owner(SlotHash.getSlot(loggedIn(cluster)));
                        int replica = (primary + 3) % 6;
                        cluster.process(primary).kill();
                        await(() -> cluster.node(replica).role().getFirst().equals("master"));
                        cluster.restart(primary);
                    });
            run(instances, faults);
        }
    }

    /** The session of somebody who is logged in. */
    private static String loggedIn(TestCluster cluster) {
        var client = cluster.client();
        try (var admin = client.connect()) {
            return admin.sync().keys("faults:s:*").stream()
                    .filter(key -> UserTag.of("ada").value().equals(admin.sync().hget(key, "~u")))
                    .findFirst()
                    .orElseThrow();
        } finally {
            client.shutdown();
        }
    }

    private static void moveSlots(TestCluster cluster) {
        var client = cluster.client();
        try (var admin = client.connect()) {
            var keys = admin.sync().keys("faults:*");
            for (var key : keys.stream().limit(10).toList()) {
                int slot = SlotHash.getSlot(key);
                int from = cluster.owner(slot);
                int to =
                        IntStream.of(0, 3, 1, 4)
                                .filter(i -> i % 3 != from % 3)
                                .filter(cluster::hasSlots)
                                .findFirst()
                                .orElseThrow();
                cluster.move(slot, from, to);
                cluster.move(slot, to, from);
            }
        } finally {
            client.shutdown();
        }
    }
}

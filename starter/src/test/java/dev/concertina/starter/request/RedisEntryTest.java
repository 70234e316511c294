package dev.concertina.starter.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.RedisProcess;
import dev.concertina.starter.testing.TestCluster;
import dev.concertina.starter.testing.TestRedis;
import dev.concertina.starter.testing.TlsRelay;
import io.lettuce.core.RedisURI;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a server is entered: TLS, and users with rights of their own. */
@Tag("real")
class RedisEntryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** As the reference says a user needs. */
    private static final String RIGHTS =
            "~app:* +@read +@write +@scripting +@sortedset +time +hello +ping +role +cluster|slots";

    private static Redis open(String url, RedisSettings.Tls tls) {
        var settings =
                new RedisSettings(
                        Optional.of(url),
                        PATIENCE,
                        PATIENCE,
                        100,
                        Optional.empty(),
                        new RedisSettings.Circuit(3, Duration.ofSeconds(1), Duration.ofSeconds(2)),
                        Duration.ofSeconds(2),
                        tls,
                        new RedisSettings.Sentinel(Optional.empty(), Optional.empty()));
        return new Redis(RedisAddress.parse(url), settings, "app");
    }

    private static RedisSettings.Tls trusting(Optional<String> ca, boolean hostname) {
        return new RedisSettings.Tls(ca, Optional.empty(), Optional.empty(), hostname);
    }

    private static void assertWorks(Redis redis) {
        var key = "app:x:{1}".getBytes(StandardCharsets.UTF_8);
        var script =
                new Script(
                        """
                        redis.call('HSET', KEYS[1], 'a', '1')
                        redis.call('PEXPIRE', KEYS[1], 1000)
                        redis.call('ZADD', KEYS[1] .. 'z', 1, 'a')
                        redis.call('PEXPIRE', KEYS[1] .. 'z', 1000)
                        return redis.call('TIME')
                        """);
        assertThat(redis.call(script, List.of(key), List.of())).hasSize(2);
    }

    @Test
    void aCertificateThatIsTrustedAndNamesTheHostIsEnough() throws Exception {
        try (var relay = new TlsRelay(TestRedis.port(), "ip:127.0.0.1");
                var redis =
                        open(
                                "rediss://127.0.0.1:" + relay.port(),
                                trusting(Optional.of(relay.ca().toString()), true))) {
            assertWorks(redis);
        }
    }

    @Test
    void aCertificateNobodyKnowsIsRefused() throws Exception {
        try (var relay = new TlsRelay(TestRedis.port(), "ip:127.0.0.1");
                var redis =
                        open(
                                "rediss://127.0.0.1:" + relay.port(),
                                trusting(Optional.empty(), true))) {
            assertThatThrownBy(() -> assertWorks(redis)).isInstanceOf(Outage.class);
        }
    }

    @Test
    void aCertificateOfAnotherHostIsRefusedUnlessThatIsAllowed() throws Exception {
        try (var relay = new TlsRelay(TestRedis.port(), "dns:elsewhere.test")) {
            var ca = Optional.of(relay.ca().toString());
            var url = "rediss://127.0.0.1:" + relay.port();
            try (var redis = open(url, trusting(ca, true))) {
                assertThatThrownBy(() -> assertWorks(redis)).isInstanceOf(Outage.class);
            }
            try (var redis = open(url, trusting(ca, false))) {
                assertWorks(redis);
            }
        }
    }

    @Test
    void aCallWaitsItsOwnTimeAndNotThatOfAGreeting() throws Exception {
        var settings =
                new RedisSettings(
                        Optional.empty(),
                        PATIENCE,
                        Duration.ofMillis(500),
                        100,
                        Optional.empty(),
                        new RedisSettings.Circuit(3, Duration.ofSeconds(1), Duration.ofSeconds(2)),
                        Duration.ofSeconds(2),
                        trusting(Optional.empty(), true),
                        new RedisSettings.Sentinel(Optional.empty(), Optional.empty()));
        try (var relay = new CountingRelay(TestRedis.port());
                var redis = new Redis(RedisAddress.parse(relay.url()), settings, "app");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            TestCluster.await(() -> answers(redis));
            relay.hold();
            var slow = threads.submit(() -> assertWorks(redis));
            assertThatThrownBy(() -> slow.get(900, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            relay.release();
            slow.get();
        }
    }

    private static String text(Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static boolean answers(Redis redis) {
        try {
            redis.ping();
            return true;
        } catch (Outage e) {
            return false;
        }
    }

    @Test
    void aUserWithTheRightsOfTheReferenceIsEnough() throws Exception {
        var entry = RedisURI.builder().withAuthentication("ada", "se:cret@1".toCharArray());
        try (var server =
                new RedisProcess(
                                TestRedis.freePort(),
                                "save \"\"",
                                "user default off",
                                "user ada on >se:cret@1 " + RIGHTS + " +cluster")
                        .ready(entry)) {
            var none = trusting(Optional.empty(), true);
            var at = "@127.0.0.1:" + server.port();
            try (var redis = open("redis://ada:se%3Acret%401" + at, none)) {
                assertWorks(redis);
                redis.ping();
            }
            try (var redis = open("redis://ada:wrong-secret" + at, none)) {
                assertThatThrownBy(() -> assertWorks(redis))
                        .isInstanceOf(Outage.class)
                        .satisfies(e -> assertThat(text(e)).doesNotContain("secret"));
            }
        }
    }
}

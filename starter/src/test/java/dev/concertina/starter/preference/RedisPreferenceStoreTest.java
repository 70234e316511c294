package dev.concertina.starter.preference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.testing.TestRedis;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisPreferenceStoreTest extends PreferenceStoreContract {
    private static final long DAY = Duration.ofDays(1).toMillis();

    private static Redis redis;
    private static RedisClient client;
    private static PreferenceStore store;

    @BeforeAll
    static void open() {
        redis = RedisAccess.open(TestRedis.url(), "choices");
        client = RedisClient.create(TestRedis.url());
        store = new RedisPreferenceStore(redis, Duration.ofDays(365), MAX);
    }

    @AfterAll
    static void close() {
        redis.close();
        client.shutdown();
    }

    @Override
    PreferenceStore store() {
        return store;
    }

    @Test
    void aVisitProlongsALifeAtMostOnceADay() {
        var owner = Owner.visitor(UUID.randomUUID().toString());
        var key = "choices:p:{" + owner.key() + "}";
        store.write(owner, "a", Optional.of("1"));
        try (var connection = client.connect()) {
            var commands = connection.sync();
            assertThat(commands.pttl(key)).isBetween(364 * DAY, 365 * DAY);
            commands.pexpire(key, 364 * DAY + DAY / 2);
            store.read(owner);
            assertThat(commands.pttl(key)).isLessThanOrEqualTo(364 * DAY + DAY / 2);
            commands.pexpire(key, 10 * DAY);
            store.read(owner);
            assertThat(commands.pttl(key)).isBetween(364 * DAY, 365 * DAY);
        }
    }

    @Test
    void aCheckIsQuick() {
        var owner = Owner.visitor(UUID.randomUUID().toString());
        store.write(owner, "analytics-opt-out", Optional.of("true"));
        var micros = new long[500];
        for (int i = 0; i < micros.length; i++) {
            long started = System.nanoTime();
            assertThat(store.read(owner)).hasSize(1);
            micros[i] = (System.nanoTime() - started) / 1000;
        }
        Arrays.sort(micros);
        System.out.println("a check: median " + micros[250] + " us, p99 " + micros[495] + " us");
        assertThat(micros[250]).isLessThan(5000);
    }

    @Test
    void nothingInItNamesThePerson() {
        store.write(Owner.visitor("the-cookie-value"), "a", Optional.of("1"));
        try (var connection = client.connect()) {
            assertThat(connection.sync().keys("choices:p:*"))
                    .isNotEmpty()
                    .noneMatch(key -> key.contains("the-cookie-value"));
        }
    }
}

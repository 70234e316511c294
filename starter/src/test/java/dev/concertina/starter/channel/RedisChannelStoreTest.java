package dev.concertina.starter.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.TestRedis;
import io.lettuce.core.RedisClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisChannelStoreTest extends ChannelStoreContract {
    private static final Heard HEARD = new Heard();
    private static Redis redis;
    private static ChannelStore store;

    @BeforeAll
    static void open() {
        redis = RedisAccess.open(TestRedis.url(), "live");
        store = store(redis);
        store.hear(HEARD);
    }

    static ChannelStore store(Redis redis) {
        return new RedisChannelStore(
                redis, KEPT, Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofMillis(300));
    }

    @AfterAll
    static void close() {
        store.close();
        redis.close();
    }

    @Override
    ChannelStore store() {
        return store;
    }

    @Override
    Heard heard() {
        return HEARD;
    }

    @Test
    void aPublicationIsOneCommandAndEverythingEnds() throws Exception {
        try (var relay = new CountingRelay(TestRedis.port());
                var counted = RedisAccess.open(relay.url(), "live");
                var other = store(counted)) {
            var room = room();
            var data = "1".getBytes(StandardCharsets.UTF_8);
            other.append(room, "op-1", "said", data);
            relay.take();
            other.append(room, "op-2", "said", data);
            assertThat(relay.take()).containsExactly("EVALSHA");
            var client = RedisClient.create(TestRedis.url());
            try (var connection = client.connect()) {
                other.tend(room, "one", 1, LEASE);
                var keys = connection.sync().keys("live:ch:{/" + room.name() + "}*");
                assertThat(keys).hasSize(4);
                for (var key : keys) {
                    assertThat(connection.sync().pttl(key)).as(key).isPositive();
                }
            } finally {
                client.shutdown();
            }
        }
    }

    @Test
    void aHistoryThatIsGoneBeginsAnotherEpoch() {
        var room = room();
        var before = append(room, "said", "1");
        var client = RedisClient.create(TestRedis.url());
        try (var connection = client.connect()) {
            connection.sync().del("live:ch:{/" + room.name() + "}");
        } finally {
            client.shutdown();
        }
        assertThat(store.after(room, Optional.of(before))).isInstanceOf(Recovered.Lost.class);
        assertThat(head(room).epoch()).isNotEqualTo(before.epoch());
    }

    @Test
    void whatIsNoPublicationIsNotHeard() {
        for (var text : new String[] {"", "x", "a\nb\nc\nd", "aaaaaaaa-1-aaaaaaaa\n\nx"}) {
            assertThat(RedisChannelStore.read(text.getBytes(StandardCharsets.UTF_8)))
                    .as(text)
                    .isEmpty();
        }
    }
}

package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.testing.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RedisSessionStoreTest extends SessionStoreContract {
    private static final Redis redis = RedisAccess.open(TestRedis.url(), "contract");
    private static final RedisClient client = RedisClient.create(TestRedis.url());
    private static final StatefulRedisConnection<String, String> admin = client.connect();

    private final SessionStore store = new RedisSessionStore(redis, Duration.ofDays(90));

    @AfterAll
    static void disconnect() {
        redis.close();
        client.shutdown();
    }

    @Override
    SessionStore store() {
        return store;
    }

    // The server's clock cannot be moved, so what it wrote down is moved back instead.
    @Override
    void pass(SessionKey key, Duration time) {
        for (var field : new String[] {"~a", "~x"}) {
            admin.sync().hincrby("contract:s:" + key, field, -time.toMillis());
        }
    }

    @Test
    void everyKeyHasAnEnd() {
        var key = SessionId.random();
        store.save(key.key(), creation(Map.of()));
        assertThat(admin.sync().pttl("contract:s:" + key.key()))
                .isBetween(1L, IDLE.plus(SessionStore.GRACE).toMillis());
        var next = key.successor().key();
        store.save(key.key(), move(next));
        assertThat(admin.sync().pttl("contract:s:" + next)).isPositive();
        assertThat(admin.sync().pttl("contract:s:" + key.key()))
                .isBetween(1L, SessionStore.TOMBSTONE.toMillis());
    }

    @Test
    void theTombstoneHoldsNothingOfTheSession() {
        var key = SessionId.random();
        store.save(key.key(), creation(Map.of("a", "1")));
        store.save(key.key(), move(key.successor().key()));
        assertThat(admin.sync().hkeys("contract:s:" + key.key())).containsExactly("~m");
    }
}

package dev.concertina.starter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.request.Script;
import dev.concertina.starter.testing.TestRedis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisCacheStoreTest extends CacheStoreContract {
    private final Redis redis = RedisAccess.open(TestRedis.url(), "c" + UUID.randomUUID());
    private final CacheStore store = new RedisCacheStore(redis);

    @AfterEach
    void close() {
        redis.close();
    }

    @Override
    CacheStore open() {
        return store;
    }

    @Override
    void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - until < 0) {
            Thread.onSpinWait();
        }
    }

    private void forgetList() {
        var key = (redis.namespace() + ":c:{cache}:invalid").getBytes(StandardCharsets.UTF_8);
        var unused =
                redis.call(
                        new Script("return {redis.call('DEL', KEYS[1])}"), List.of(key), List.of());
    }

    @Test
    void aListThatWasLostIsNotTakenForTheOldOne() {
        var name = new EntryName("things", "s:a");
        store.evict(name);
        var before = store.missed(Position.UNKNOWN).now();
        forgetList();
        // The new list gets as long as the old one was, and longer.
        for (long i = 0; i < before.sequence() + 3; i++) {
            assertThat(store.missed(before)).isInstanceOf(Missed.Unknown.class);
            store.evict(name);
        }
    }
}

package dev.concertina.starter.cache;

import static dev.concertina.starter.testing.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.request.Script;
import dev.concertina.starter.testing.FaultyRelay;
import dev.concertina.starter.testing.RedisProcess;
import dev.concertina.starter.testing.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
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

    private void delete(String name) {
        var key = (redis.namespace() + name).getBytes(StandardCharsets.UTF_8);
        var unused =
                redis.call(
                        new Script("return {redis.call('DEL', KEYS[1])}"), List.of(key), List.of());
    }

    private static String value(CacheStore store, EntryName name) {
        return store.get(name, "reader", Duration.ZERO) instanceof Got.Value got
                ? new String(got.bytes(), StandardCharsets.UTF_8)
                : "";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aWriteThatArrivesWhenItsWriterHasGivenUpIsRefused() throws Exception {
        var name = new EntryName("things", "s:late");
        var life = Duration.ofMinutes(1);
        try (var relay = new FaultyRelay(TestRedis.port());
                var slow =
                        RedisAccess.open(
                                "redis://127.0.0.1:" + relay.port(),
                                redis.namespace(),
                                Duration.ofMillis(300))) {
            var late = new RedisCacheStore(slow);
            late.put(name, bytes("1"), life);
            relay.hold();
            assertThatThrownBy(() -> late.put(name, bytes("2"), life)).isInstanceOf(Outage.class);
            store.put(name, bytes("3"), life);
            var before = store.missed(Position.UNKNOWN).now();
            relay.release();
            // What is sent now comes behind what was held.
            await(() -> answers(late));
            assertThat(value(store, name)).isEqualTo("3");
            assertThat(store.missed(before).now()).isEqualTo(before);
        }
    }

    private static boolean answers(CacheStore store) {
        try {
            var unused = store.missed(Position.UNKNOWN);
            return true;
        } catch (Outage e) {
            return false;
        }
    }

    @Test
    void whatAServerBroughtFromBeforeItsStartCountsForNothing() throws Exception {
        var name = new EntryName("things", "s:old");
        try (var server = new RedisProcess(TestRedis.freePort()).ready();
                var own = RedisAccess.open("redis://127.0.0.1:" + server.port(), "c")) {
            var kept = new RedisCacheStore(own);
            kept.put(name, bytes("old"), Duration.ofMinutes(1));
            var before = kept.missed(Position.UNKNOWN).now();
            var client = RedisClient.create(RedisURI.create("127.0.0.1", server.port()));
            try (var connection = client.connect()) {
                assertThat(connection.sync().save()).isEqualTo("OK");
            } finally {
                client.shutdown();
            }
            kept.put(name, bytes("new"), Duration.ofMinutes(1));
            server.kill();
            server.restart();
            server.ready();
            await(() -> answers(kept));
            assertThat(value(kept, name)).isEmpty();
            assertThat(kept.missed(before)).isInstanceOf(Missed.Unknown.class);
        }
    }

    @Test
    void aClearingIsNotForgottenWithTheGeneration() {
        var name = new EntryName("things", "s:g");
        store.put(name, bytes("old"), Duration.ofMinutes(1));
        store.clear("things");
        delete(":c:{cache}:g:things");
        assertThat(value(store, name)).isEmpty();
    }

    @Test
    void aListThatWasLostIsNotTakenForTheOldOne() {
        var name = new EntryName("things", "s:a");
        store.evict(name);
        var before = store.missed(Position.UNKNOWN).now();
        delete(":c:{cache}:invalid");
        for (int i = 0; i < 5; i++) {
            assertThat(store.missed(before)).isInstanceOf(Missed.Unknown.class);
            store.evict(name);
        }
    }
}

package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.request.UserTag;
import dev.concertina.starter.testing.TestCluster;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same store where sessions are spread over three servers. */
class ClusterSessionStoreTest extends SessionStoreContract {
    private static TestCluster cluster;
    private static Redis redis;
    private static RedisClusterClient client;
    private static StatefulRedisClusterConnection<String, String> admin;

    @BeforeAll
    static void connect() {
        cluster = TestCluster.shared();
        redis = RedisAccess.open(cluster.url(), "contract");
        client = cluster.client();
        admin = client.connect();
    }

    @AfterAll
    static void disconnect() {
        redis.close();
        client.shutdown();
    }

    @Override
    SessionStore store() {
        return new Patient(new RedisSessionStore(redis, LIFETIME));
    }

    /** One look asks some of the shards, the next those that follow; this one looks at all. */
    private record Patient(SessionStore store) implements SessionStore {
        private static final int LOOKS = 8;

        @Override
        public Found find(SessionKey key, String known, Duration touchEvery) {
            return store.find(key, known, touchEvery);
        }

        @Override
        public Optional<Stored> peek(SessionKey key) {
            return store.peek(key);
        }

        @Override
        public Outcome save(SessionKey key, Change change) {
            return store.save(key, change);
        }

        @Override
        public boolean delete(SessionKey key) {
            return store.delete(key);
        }

        @Override
        public Map<SessionKey, Stored> ofUser(UserTag user) {
            return store.ofUser(user);
        }

        @Override
        public Ended.Batch takeEnded(int max, Duration lease) {
            var ended = new ArrayList<Ended>();
            boolean more = false;
            for (int i = 0; i < LOOKS; i++) {
                var batch = store.takeEnded(max, lease);
                ended.addAll(batch.sessions());
                more |= batch.more();
            }
            return new Ended.Batch(ended, more);
        }

        @Override
        public void forget(Ended ended) {
            store.forget(ended);
        }

        @Override
        public long count() {
            return store.count();
        }

        @Override
        public boolean each(Predicate<Map<SessionKey, Stored>> visit) {
            return store.each(visit);
        }

        @Override
        public void reseal(
                SessionKey key,
                Stored seen,
                Map<String, byte[]> envelopes,
                Optional<String> stamp) {
            store.reseal(key, seen, envelopes, stamp);
        }
    }

    @Override
    void pass(SessionKey key, Duration time) {
        for (var field : new String[] {"~a", "~x"}) {
            if (admin.sync().hexists("contract:s:" + key, field)) {
                admin.sync().hincrby("contract:s:" + key, field, -time.toMillis());
            }
        }
        var ends = "contract:e:{" + key.tag() + "}";
        if (admin.sync().zscore(ends, "contract:s:" + key) != null) {
            admin.sync().zincrby(ends, (double) -time.toMillis(), "contract:s:" + key);
        }
    }

    @Test
    void sessionsAreSpreadOverAllServers() {
        for (int i = 0; i < 100; i++) {
            store().save(SessionId.random().key(), creation(Map.of()));
        }
        for (int i = 0; i < 3; i++) {
            assertThat(cluster.node(i).dbsize()).isGreaterThan(20);
        }
    }

    @Test
    void aSlotThatMovesLosesNothing() throws Exception {
        var key = SessionId.random().key();
        store().save(key, creation(Map.of()));
        int slot = SlotHash.getSlot("contract:s:" + key);
        var over = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var written =
                    threads.submit(() -> {
                        int count = 0;
                        while (!over.get()) {
                            var name = "w" + count++;
                            assertThat(store().save(key, change(Map.of(name, name))))
                                    .isInstanceOf(Outcome.Kept.class);
                        }
                        return count;
                    });
            for (int i = 0; i < 4; i++) {
                int from = cluster.owner(slot);
                cluster.move(slot, from, (from + 1) % 3);
            }
            over.set(true);
            int count = written.get();
            assertThat(store().peek(key).orElseThrow().values()).hasSize(count);
        }
    }
}

package dev.concertina.starter.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import dev.concertina.starter.testing.TestRedis;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three instances read through their caches what others write. A reader notes the newest version
 * that was acknowledged before its request began, and must see that or a newer one.
 */
class CoherenceTest {
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final int INSTANCES = 3;
    private static final int KEYS = 40;
    private static final int THREADS = 8;
    private static final Duration LIFE = Duration.ofMinutes(1);
    private static final int OPERATIONS = SOAK ? 1_300_000 : 4_000;

    /** What is behind the caches: a version for each key. */
    private static final class Truth {
        private final AtomicLongArray versions = new AtomicLongArray(KEYS);
        private final AtomicLongArray acknowledged = new AtomicLongArray(KEYS);
        private final AtomicLong old = new AtomicLong();
        private final AtomicLong checked = new AtomicLong();

        long load(int key) {
            long read = versions.get(key);
            // What a database answers is a little old when it arrives.
            LockSupport.parkNanos(10_000);
            return read;
        }

        void acknowledge(int key, long version) {
            acknowledged.accumulateAndGet(key, version, Math::max);
        }
    }

    private static SharedCaches instance(CacheStore store) {
        var settings =
                new CacheSettings(
                        true,
                        Optional.empty(),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        1000,
                        0.1,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(5),
                        Duration.ofSeconds(1),
                        Map.of());
        return new SharedCaches(
                store,
                new ValueCodec(List.of(), name -> false, CoherenceTest.class.getClassLoader()),
                settings,
                true,
                Thread::startVirtualThread,
                System::nanoTime);
    }

    @Test
    void nobodySeesAnOldValueInRedis() throws Exception {
        var truth = checked(store -> store, true);
        assertThat(truth.old).hasValue(0);
        assertThat(truth.checked.get()).isGreaterThan(OPERATIONS / 2);
    }

    @Test
    void nobodySeesAnOldValueInMemory() throws Exception {
        var truth = checked(store -> store, false);
        assertThat(truth.old).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"NO_CATCHING_UP", "NO_FENCE", "CLEARING_UNTOLD", "NO_PLACE"})
    void aGuardThatIsMissingIsFound(Fault fault) throws Exception {
        long found = 0;
        for (int attempt = 0; found == 0 && attempt < 10; attempt++) {
            found = checked(store -> new Faulty(store, fault), false).old.get();
        }
        assertThat(found).as("old values seen with %s", fault).isPositive();
    }

    private static Truth checked(UnaryOperator<CacheStore> fault, boolean inRedis)
            throws Exception {
        long seed = Long.getLong("seed", new Random().nextInt());
        System.out.println("cache coherence: seed " + seed + ", repeat with -Dseed=" + seed);
        var truth = new Truth();
        var connections = new ArrayList<Redis>();
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            var name = "c" + UUID.randomUUID();
            CacheStore memory = new MemoryCacheStore(Clock.systemUTC());
            var instances = new ArrayList<SharedCaches>();
            for (int i = 0; i < INSTANCES; i++) {
                var store = memory;
                if (inRedis) {
                    var redis = RedisAccess.open(TestRedis.url(), name);
                    connections.add(redis);
                    store = new RedisCacheStore(redis);
                }
                instances.add(instance(fault.apply(store)));
            }
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < THREADS; i++) {
                var random = new Random(seed + i);
                var instance = instances.get(i % INSTANCES);
                running.add(
                        threads.submit(() -> {
                            for (int n = 0; n < OPERATIONS / THREADS; n++) {
                                request(instance, truth, random);
                            }
                        }));
            }
            for (var each : running) {
                each.get();
            }
        } finally {
            connections.forEach(Redis::close);
        }
        return truth;
    }

    private static void request(SharedCaches instance, Truth truth, Random random) {
        int key = (int) (Math.pow(random.nextDouble(), 2) * KEYS);
        long before = truth.acknowledged.get(key);
        instance.coherence().catchUp();
        instance.coherence().enter(true);
        try {
            var cache = instance.cache("versions");
            switch (random.nextInt(20)) {
                case 0 -> {
                    long version = truth.versions.incrementAndGet(key);
                    cache.evict(key);
                    truth.acknowledge(key, version);
                }
                case 1 -> {
                    long version = truth.versions.incrementAndGet(key);
                    cache.evict(key);
                    truth.acknowledge(key, version);
                    see(truth, before, cache.get(key, () -> truth.load(key)));
                }
                case 2 -> {
                    if (random.nextInt(10) == 0) {
                        long version = truth.versions.incrementAndGet(key);
                        cache.clear();
                        truth.acknowledge(key, version);
                    }
                }
                case 3, 4, 5, 6 -> {
                    // As @Cacheable does without sync.
                    var known = cache.get(key);
                    if (known == null) {
                        long loaded = truth.load(key);
                        see(truth, before, loaded);
                        cache.put(key, loaded);
                    } else {
                        see(truth, before, known.get());
                    }
                }
                default -> see(truth, before, cache.get(key, () -> truth.load(key)));
            }
        } finally {
            instance.leave();
        }
    }

    private static void see(Truth truth, long before, Object seen) {
        truth.checked.incrementAndGet();
        if ((Long) seen < before) {
            truth.old.incrementAndGet();
        }
    }

    @Test
    void whatWasReadBeforeAnInvalidationNeverCounts() {
        var era = new Era(new Position(3, "m"), 0);
        var near = new Near(10, LIFE, System::nanoTime);
        var name = new EntryName("things", "s:a");
        var ticket = near.ticket(era);
        era.invalid(name, 5);
        near.put(ticket, "a", name, "old", 4, LIFE, LIFE);
        assertThat(near.get(era, "a")).isNull();
        near.put(ticket, "a", name, "new", 5, LIFE, LIFE);
        assertThat(value(near, era)).isEqualTo("new");
        era.invalid(name, 6);
        assertThat(near.get(era, "a")).isNull();
    }

    private static @Nullable Object value(Near near, Era era) {
        var entry = near.get(era, "a");
        return entry == null ? null : entry.value();
    }

    @Test
    void whatReplacesSomethingEndsWhenItShouldItself() {
        var now = new AtomicLong();
        var era = new Era(new Position(3, "m"), 0);
        var near = new Near(10, LIFE, now::get);
        var name = new EntryName("things", "s:a");
        near.put(near.ticket(era), "a", name, "long", 4, LIFE, LIFE);
        near.put(near.ticket(era), "a", name, "short", 4, Duration.ofSeconds(1), LIFE);
        assertThat(value(near, era)).isEqualTo("short");
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(value(near, era)).isNull();
    }

    @Test
    void nothingOfAnotherEraOrGenerationCounts() {
        var era = new Era(new Position(3, "m"), 0);
        var near = new Near(10, LIFE, System::nanoTime);
        var name = new EntryName("things", "s:a");
        var ticket = near.ticket(era);
        near.clear();
        near.put(ticket, "a", name, "old", 9, LIFE, LIFE);
        assertThat(near.get(era, "a")).isNull();
        near.put(near.ticket(era), "a", name, "new", 9, LIFE, LIFE);
        assertThat(value(near, era)).isEqualTo("new");
        assertThat(near.get(new Era(new Position(1, "n"), 0), "a")).isNull();
    }

    @Test
    void keysThatDifferHaveTextsThatDiffer() {
        var texts =
                new KeyText(
                        new ValueCodec(
                                List.of(), name -> false, CoherenceTest.class.getClassLoader()));
        var keys =
                List.of(
                        "1",
                        1,
                        1L,
                        "s:1",
                        new org.springframework.cache.interceptor.SimpleKey("a,b"),
                        new org.springframework.cache.interceptor.SimpleKey("a", "b"),
                        new org.springframework.cache.interceptor.SimpleKey(),
                        List.of("a", 2),
                        UUID.fromString("00000000-0000-0000-0000-000000000001"),
                        "x".repeat(1000));
        assertThat(keys.stream().map(key -> texts.of("things", key)).distinct())
                .hasSize(keys.size())
                .allMatch(text -> text.length() < 200);
        assertThatThrownBy(() -> texts.of("things", new Object()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("things");
    }
}

package dev.concertina.starter.cache;

import static dev.concertina.starter.testing.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.request.Outage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** Two instances over one store in memory, which can be away. */
class SharedCacheTest {
    private final AtomicInteger gets = new AtomicInteger();
    private final AtomicLong database = new AtomicLong(1);
    private volatile boolean away;

    private final CacheStore store = breakable(new MemoryCacheStore(Clock.systemUTC()));
    private final SharedCache one = instance();
    private final SharedCache two = instance();
    private final TransactionTemplate transaction = new TransactionTemplate(new Nothing());

    private CacheStore breakable(CacheStore kept) {
        return (CacheStore)
                Proxy.newProxyInstance(
                        CacheStore.class.getClassLoader(),
                        new Class<?>[] {CacheStore.class},
                        (proxy, method, arguments) -> {
                            if (away) {
                                throw new Outage("away", null);
                            }
                            if (method.getName().equals("get")) {
                                gets.incrementAndGet();
                            }
                            try {
                                return method.invoke(kept, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static CacheSettings settings(Optional<CacheSettings.Store> kept) {
        return new CacheSettings(
                true,
                kept,
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                1000,
                0.1,
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                // Asks each time, as each request does.
                Duration.ZERO,
                Map.of());
    }

    private SharedCache instance() {
        return new SharedCaches(
                        store,
                        new ValueCodec(
                                List.of(), name -> false, SharedCacheTest.class.getClassLoader()),
                        settings(Optional.empty()),
                        true,
                        Thread::startVirtualThread,
                        System::nanoTime)
                .cache("numbers");
    }

    /** Transactions with nothing in them. */
    private static final class Nothing extends AbstractPlatformTransactionManager {
        @Override
        protected Object doGetTransaction() {
            return this;
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {}

        @Override
        protected void doCommit(DefaultTransactionStatus status) {}

        @Override
        protected void doRollback(DefaultTransactionStatus status) {}
    }

    @Test
    void severalInstancesWithoutRedisKeepNothing() {
        var unset = settings(Optional.empty());
        assertThat(unset.store(true, 3)).isEqualTo(CacheSettings.Store.REDIS);
        assertThat(unset.store(false, 1)).isEqualTo(CacheSettings.Store.MEMORY);
        assertThat(unset.store(false, 3)).isEqualTo(CacheSettings.Store.NONE);
        assertThat(settings(Optional.of(CacheSettings.Store.MEMORY)).store(false, 3))
                .isEqualTo(CacheSettings.Store.MEMORY);
        var caches =
                new SharedCaches(
                        store,
                        new ValueCodec(
                                List.of(), name -> false, SharedCacheTest.class.getClassLoader()),
                        unset,
                        false,
                        Thread::startVirtualThread,
                        System::nanoTime);
        var cache = Objects.requireNonNull(caches.getCache("numbers"));
        cache.put("a", 1L);
        assertThat(cache.get("a")).isNull();
    }

    @Test
    void ofManyAskersOneLoads() throws Exception {
        var begun = new CountDownLatch(1);
        var loads = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first =
                    threads.submit(() ->
                            one.get(
                                    "a",
                                    () -> {
                                        begun.countDown();
                                        loads.incrementAndGet();
                                        // Until somebody waits for it, here and at the other one.
                                        await(() -> gets.get() > 1);
                                        return 1L;
                                    }));
            begun.await();
            var others = new ArrayList<Future<Long>>();
            for (int i = 0; i < 100; i++) {
                var instance = i == 99 ? two : one;
                others.add(
                        threads.submit(() ->
                                instance.get(
                                        "a",
                                        () -> {
                                            loads.incrementAndGet();
                                            return 2L;
                                        })));
            }
            assertThat(first.get()).isEqualTo(1L);
            for (var other : others) {
                assertThat(other.get()).isEqualTo(1L);
            }
        }
        assertThat(loads).hasValue(1);
        assertThat(one.counters().filled().sum()).isEqualTo(1);
    }

    @Test
    void whoWaitsHereAsksTheStoreOnlyForWhatIsNotNear() throws Exception {
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first =
                    threads.submit(() ->
                            one.get(
                                    "a",
                                    () -> {
                                        begun.countDown();
                                        go.await();
                                        return 1L;
                                    }));
            begun.await();
            var others = new ArrayList<Future<Long>>();
            for (int i = 0; i < 100; i++) {
                others.add(threads.submit(() -> one.get("a", () -> 2L)));
            }
            go.countDown();
            assertThat(first.get()).isEqualTo(1L);
            for (var other : others) {
                assertThat(other.get()).isEqualTo(1L);
            }
        }
        assertThat(gets).hasValue(1);
    }

    @Test
    void aLoaderThatFailsLetsTheNextOneLoad() {
        assertThatThrownBy(() ->
                        one.get(
                                "a",
                                () -> {
                                    throw new IllegalStateException("no");
                                }))
                .hasRootCauseMessage("no");
        assertThat(two.get("a", () -> 2L)).isEqualTo(2L);
        assertThat(two.counters().filled().sum()).isEqualTo(1);
    }

    @Test
    void whatWasLoadedWhileTheStoreWasAwayIsNotPutOverWhatCameSince() {
        away = true;
        assertThat(one.get("a")).isNull();
        long loaded = database.get();
        away = false;
        two.put("a", database.incrementAndGet());
        one.put("a", loaded);
        assertThat(two.get("a", database::get)).isEqualTo(2L);
        assertThat(one.get("a", database::get)).isEqualTo(2L);
    }

    @Test
    void readingGoesOnWhileTheStoreIsAwayAndWritingDoesNot() {
        away = true;
        assertThat(one.get("a", database::get)).isEqualTo(1L);
        assertThat(one.get("b")).isNull();
        one.put("b", 1L);
        assertThatThrownBy(() -> one.evict("c")).isInstanceOf(Outage.class);
        assertThatThrownBy(() -> one.put("c", 1L)).isInstanceOf(Outage.class);
        assertThatThrownBy(one::clear).isInstanceOf(Outage.class);
    }

    @Test
    void anEvictionThatFailedIsMadeUpFor() {
        two.put("a", 1L);
        away = true;
        assertThatThrownBy(() -> one.evict("a")).isInstanceOf(Outage.class);
        away = false;
        await(() -> two.get("a") == null);
    }

    @Test
    void whatATransactionEvictsIsEvictedOnceItCommits() {
        assertThat(one.get("a", database::get)).isEqualTo(1L);
        transaction.executeWithoutResult(status -> {
            database.incrementAndGet();
            one.evict("a");
            // Somebody else reads what is still there for others.
            assertThat(other(() -> two.get("a", () -> 1L))).isEqualTo(1L);
        });
        assertThat(two.get("a", database::get)).isEqualTo(2L);
        assertThat(one.get("a", database::get)).isEqualTo(2L);
    }

    @Test
    void whatATransactionClearsIsClearedOnceItCommits() {
        transaction.executeWithoutResult(status -> {
            one.clear();
            assertThat(other(() -> two.get("a", () -> 1L))).isEqualTo(1L);
        });
        assertThat(two.get("a", () -> 2L)).isEqualTo(2L);
    }

    @Test
    void whatATransactionReadsOrWritesIsSeenByOthersOnceItCommits() {
        transaction.executeWithoutResult(status -> {
            assertThat(one.get("a", () -> 5L)).isEqualTo(5L);
            one.put("b", 6L);
            assertThat(other(() -> two.evictIfPresent("a"))).isFalse();
            status.setRollbackOnly();
        });
        assertThat(two.get("a", () -> 1L)).isEqualTo(1L);
        assertThat(two.get("b", () -> 1L)).isEqualTo(1L);
        transaction.executeWithoutResult(status -> {
            one.put("b", 7L);
            assertThat(one.get("c", () -> 8L)).isEqualTo(8L);
            assertThat(one.get("c", () -> 8L)).isEqualTo(8L);
        });
        assertThat(two.get("b", () -> 1L)).isEqualTo(7L);
        assertThat(two.get("c", () -> 1L)).isEqualTo(8L);
    }

    @Test
    void anOutageAfterTheCommitIsToldAndMadeUpFor() {
        two.put("a", 1L);
        two.put("b", 1L);
        assertThatThrownBy(() ->
                        transaction.executeWithoutResult(status -> {
                            one.evict("a");
                            one.evict("b");
                            // Loaded by others before the commit.
                            other(() -> two.get("a", () -> 1L));
                            other(() -> two.get("b", () -> 1L));
                            away = true;
                        }))
                .isInstanceOf(Outage.class);
        away = false;
        await(() -> two.get("a") == null && two.get("b") == null);
    }

    /** In a thread of its own, which is in no transaction. */
    private static <T> T other(Callable<T> task) {
        try (var thread = Executors.newSingleThreadExecutor()) {
            return thread.submit(task).get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aValueIsRenewedBeforeItsEndByOneOfMany() {
        var caches = renewing();
        var cache = caches.cache("numbers");
        assertThat(cache.get("a", database::incrementAndGet)).isEqualTo(2L);
        await(() -> {
            Long seen = cache.get("a", database::incrementAndGet);
            return seen != null && seen > 2L && cache.counters().renewed().sum() > 0;
        });
        assertThat(cache.counters().missed().sum()).isEqualTo(1);
    }

    private SharedCaches renewing() {
        var settings =
                new CacheSettings(
                        true,
                        Optional.empty(),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5),
                        1000,
                        0.999,
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20),
                        Duration.ZERO,
                        Map.of());
        return new SharedCaches(
                store,
                new ValueCodec(List.of(), name -> false, SharedCacheTest.class.getClassLoader()),
                settings,
                true,
                Thread::startVirtualThread,
                System::nanoTime);
    }
}

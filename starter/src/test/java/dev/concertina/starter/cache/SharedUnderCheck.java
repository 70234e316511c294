package dev.concertina.starter.cache;

import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RedisAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.springframework.cache.Cache;

/** Ours, over Redis, with the settings an application gets; a guard may be missing. */
public final class SharedUnderCheck implements CheckedCache {
    private final Redis redis;
    private final SharedCaches caches;
    private final SharedCache cache;
    private final Optional<Fault> fault;

    /**
     * @param fault the guard that is missing, or empty
     */
    public SharedUnderCheck(String url, String namespace, String fault) {
        this.fault = fault.isEmpty() ? Optional.empty() : Optional.of(Fault.valueOf(fault));
        this.redis = RedisAccess.open(url, namespace, Duration.ofMillis(400));
        var patience = is(Fault.NO_DEADLINE) ? Duration.ofHours(1) : redis.timeout();
        var store = new RedisCacheStore(redis, patience);
        this.caches =
                new SharedCaches(
                        this.fault
                                .<CacheStore>map(missing -> new Faulty(store, missing))
                                .orElse(store),
                        new ValueCodec(
                                List.of(), name -> false, SharedUnderCheck.class.getClassLoader()),
                        settings(is(Fault.NO_LEASE) ? Duration.ofHours(1) : Duration.ofSeconds(1)),
                        true,
                        Thread::startVirtualThread,
                        System::nanoTime);
        this.cache = caches.cache("versions");
    }

    private boolean is(Fault missing) {
        return fault.filter(missing::equals).isPresent();
    }

    private static CacheSettings settings(Duration lease) {
        return new CacheSettings(
                true,
                Optional.empty(),
                Duration.ofMinutes(10),
                Duration.ofSeconds(30),
                10_000,
                0.1,
                Duration.ofSeconds(2),
                Duration.ofMillis(200),
                lease,
                Map.of());
    }

    /** The same as applications see it. */
    public Cache spring() {
        return cache;
    }

    @Override
    public void begin() {
        boolean caughtUp = true;
        try {
            caches.coherence().catchUp();
        } catch (Outage e) {
            caughtUp = is(Fault.TRUST_ANYWAY);
        }
        caches.coherence().enter(caughtUp);
    }

    @Override
    public void end() {
        caches.leave();
    }

    @Override
    public long get(int key, LongSupplier loader) {
        Long version = cache.get(key, loader::getAsLong);
        return version == null ? 0 : version;
    }

    @Override
    public long getInSteps(int key, LongSupplier loader) {
        var known = cache.get(key);
        if (known != null && known.get() instanceof Long version) {
            return version;
        }
        long loaded = loader.getAsLong();
        cache.put(key, loaded);
        return loaded;
    }

    @Override
    public void evict(int key) {
        cache.evict(key);
    }

    @Override
    public void put(int key, long version) {
        cache.put(key, version);
    }

    @Override
    public void clear() {
        cache.clear();
    }

    @Override
    public long near() {
        return cache.counters().near().sum();
    }

    @Override
    public long far() {
        return cache.counters().far().sum();
    }

    @Override
    public void close() {
        caches.close();
        redis.close();
    }
}

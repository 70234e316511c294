package dev.concertina.bench.cache;

import dev.concertina.starter.cache.CheckedCache;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.springframework.cache.Cache;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** The cache an application gets from Spring Boot with Redis on its class path. */
public final class SpringDataRedis implements CheckedCache {
    private final Cache cache;
    private final AtomicLong far = new AtomicLong();

    /** For the checker, which knows each cache by its class. */
    public SpringDataRedis(String url, String namespace, String fault) {
        this.cache = cache(url, namespace + fault);
    }

    static Cache cache(String url) {
        return cache(url, "bench");
    }

    private static Cache cache(String url, String name) {
        var uri = RedisURI.create(url);
        var connections =
                new LettuceConnectionFactory(
                        new RedisStandaloneConfiguration(uri.getHost(), uri.getPort()),
                        LettuceClientConfiguration.builder()
                                .commandTimeout(Duration.ofMillis(400))
                                .build());
        connections.afterPropertiesSet();
        connections.start();
        var manager =
                RedisCacheManager.builder(connections)
                        .cacheDefaults(
                                RedisCacheConfiguration.defaultCacheConfig()
                                        .entryTtl(Duration.ofMinutes(10)))
                        .build();
        manager.afterPropertiesSet();
        return Objects.requireNonNull(manager.getCache(name));
    }

    @Override
    public void begin() {}

    @Override
    public void end() {}

    @Override
    public long get(int key, LongSupplier loader) {
        var known = cache.get(key);
        if (known != null && known.get() instanceof Long version) {
            far.incrementAndGet();
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
        return 0;
    }

    @Override
    public long far() {
        return far.get();
    }

    @Override
    public void close() {}
}

package dev.concertina.bench.cache;

import dev.concertina.starter.cache.CheckedCache;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.redisson.Redisson;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.config.Config;

/** Redisson's map with a local cache, as it comes. */
public final class RedissonMap implements CheckedCache {
    private final RedissonClient client;
    private final String name;
    private final AtomicLong near = new AtomicLong();
    private final RLocalCachedMap<Integer, Long> versions;

    RedissonMap(String url) {
        this(url, "bench", "");
    }

    /** For the checker, which knows each cache by its class. */
    public RedissonMap(String url, String namespace, String fault) {
        var config = new Config();
        config.useSingleServer().setAddress(url);
        // Its own timeouts are seconds, times four attempts: the run would be over.
        config.useSingleServer().setTimeout(400).setConnectTimeout(400).setRetryAttempts(1);
        this.client = Redisson.create(config);
        this.name = namespace + fault;
        this.versions = client.getLocalCachedMap(LocalCachedMapOptions.name(name));
    }

    Kind.Opened opened() {
        RLocalCachedMap<String, String> map =
                client.getLocalCachedMap(LocalCachedMapOptions.name(name + "-texts"));
        return new Kind.Opened() {
            @Override
            public Object get(String key) {
                var value = map.get(key);
                return value == null ? "" : value;
            }

            @Override
            public void load(String key, String value) {
                if (map.get(key) == null) {
                    var _ = map.fastPut(key, value);
                }
            }

            @Override
            public void put(String key, String value) {
                var _ = map.fastPut(key, value);
            }
        };
    }

    @Override
    public void begin() {}

    @Override
    public void end() {}

    @Override
    public long get(int key, LongSupplier loader) {
        if (versions.cachedKeySet().contains(key)) {
            near.incrementAndGet();
        }
        var known = versions.get(key);
        if (known != null) {
            return known;
        }
        long loaded = loader.getAsLong();
        var _ = versions.fastPutIfAbsent(key, loaded);
        return loaded;
    }

    @Override
    public void evict(int key) {
        var _ = versions.fastRemove(key);
    }

    @Override
    public void put(int key, long version) {
        var _ = versions.fastPut(key, version);
    }

    @Override
    public void clear() {
        versions.clear();
    }

    @Override
    public long near() {
        return near.get();
    }

    @Override
    public long far() {
        return 0;
    }

    @Override
    public void close() {
        client.shutdown();
    }
}

package dev.concertina.bench.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.concertina.starter.cache.SharedUnderCheck;
import java.time.Duration;
import org.springframework.cache.Cache;
import org.springframework.cache.caffeine.CaffeineCache;

/** What is measured. Each is looked up as its users do; ours and Spring's through Spring. */
enum Kind {
    OURS("ours"),
    CAFFEINE("Caffeine with expiry"),
    SPRING_CAFFEINE("Spring on Caffeine with expiry"),
    REDISSON("Redisson local cached map"),
    SPRING_DATA_REDIS("Spring Data Redis");

    final String title;

    Kind(String title) {
        this.title = title;
    }

    /** Whether it is shared by instances at all. */
    boolean isShared() {
        return this != CAFFEINE && this != SPRING_CAFFEINE;
    }

    /** One cache, open until the process ends. */
    interface Opened {
        /** A thread begins to use it, as a request does. */
        default void begin() {}

        Object get(String key);

        void load(String key, String value);

        void put(String key, String value);
    }

    /**
     * @param url of Redis
     */
    Opened open(String url) {
        return switch (this) {
            case OURS -> {
                var ours = new SharedUnderCheck(url, "bench", "");
                yield new ThroughSpring(ours.spring()) {
                    @Override
                    public void begin() {
                        ours.begin();
                    }
                };
            }
            case CAFFEINE -> {
                var cache =
                        Caffeine.newBuilder()
                                .maximumSize(10_000)
                                .expireAfterWrite(Duration.ofMinutes(10))
                                .<String, String>build();
                yield new Opened() {
                    @Override
                    public Object get(String key) {
                        var value = cache.getIfPresent(key);
                        return value == null ? "" : value;
                    }

                    @Override
                    public void load(String key, String value) {
                        var _ = cache.get(key, _ -> value);
                    }

                    @Override
                    public void put(String key, String value) {
                        cache.put(key, value);
                    }
                };
            }
            case SPRING_CAFFEINE ->
                    new ThroughSpring(
                            new CaffeineCache(
                                    "bench",
                                    Caffeine.newBuilder()
                                            .maximumSize(10_000)
                                            .expireAfterWrite(Duration.ofMinutes(10))
                                            .build()));
            case REDISSON -> new RedissonMap(url).opened();
            case SPRING_DATA_REDIS -> new ThroughSpring(SpringDataRedis.cache(url));
        };
    }

    /** As {@code @Cacheable} sees it. */
    private static class ThroughSpring implements Opened {
        private final Cache cache;

        ThroughSpring(Cache cache) {
            this.cache = cache;
        }

        @Override
        public Object get(String key) {
            var wrapper = cache.get(key);
            var value = wrapper == null ? null : wrapper.get();
            return value == null ? "" : value;
        }

        @Override
        public void load(String key, String value) {
            var _ = cache.get(key, () -> value);
        }

        @Override
        public void put(String key, String value) {
            cache.put(key, value);
        }
    }
}

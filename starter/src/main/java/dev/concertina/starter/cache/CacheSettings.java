package dev.concertina.starter.cache;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code @Cacheable} caches keep, and for how long.
 *
 * @param enabled whether {@code @Cacheable} uses these caches; default true
 * @param store {@code redis}, {@code memory} or {@code none}; default redis when there is one, else
 *     memory of a single instance, and none where there may be several
 * @param life how long a value is kept; default 10 minutes
 * @param absent how long it is remembered that there is no value (null); default 30 seconds
 * @param size entries each instance holds near, of each cache; default 10000
 * @param early the last share of a value's life in which one asker of a {@code sync} cache renews
 *     it in the background; default 0.1, 0 is never
 * @param load how long loading a value may take before somebody else may begin; default 10 seconds
 * @param await how long an asker waits for a value that another is loading; default 10 seconds
 * @param lease how old what is near may be outside requests; default 1 second
 * @param caches by name, where one differs
 */
@ConfigurationProperties("concertina.cache")
public record CacheSettings(
        @DefaultValue("true") boolean enabled,
        Optional<Store> store,
        @DefaultValue("10m") Duration life,
        @DefaultValue("30s") Duration absent,
        @DefaultValue("10000") long size,
        @DefaultValue("0.1") double early,
        @DefaultValue("10s") Duration load,
        @DefaultValue("10s") Duration await,
        @DefaultValue("1s") Duration lease,
        @DefaultValue Map<String, One> caches) {

    private static final Duration LIFE_MAX = Duration.ofDays(30);

    public CacheSettings {
        caches = Map.copyOf(caches);
        life("life", life);
        life("absent", absent);
        require(size >= 0, "size", size, "0 or more");
        require(early >= 0 && early < 1, "early", early, "a share such as 0.1, or 0");
        require(load.isPositive(), "load", load, "10s");
        require(!await.isNegative(), "await", await, "10s, or 0s");
        require(!lease.isNegative(), "lease", lease, "1s, or 0s to ask each time");
        caches.forEach((name, one) -> {
            one.life().ifPresent(value -> life("caches." + name + ".life", value));
            one.absent().ifPresent(value -> life("caches." + name + ".absent", value));
            one.size()
                    .ifPresent(value ->
                            require(value >= 0, "caches." + name + ".size", value, "0 or more"));
        });
    }

    private static void life(String key, Duration value) {
        require(value.isPositive() && value.compareTo(LIFE_MAX) <= 0, key, value, "up to 30d");
    }

    private static void require(boolean holds, String key, Object value, String instead) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "concertina.cache." + key + " is " + value + ". Give it " + instead + ".");
        }
    }

    Duration life(String cache) {
        return one(cache).flatMap(One::life).orElse(life);
    }

    Duration absent(String cache) {
        return one(cache).flatMap(One::absent).orElse(absent);
    }

    /** After it nothing of the cache is left, whatever it is. */
    Duration longest(String cache) {
        var life = life(cache);
        var absent = absent(cache);
        return life.compareTo(absent) > 0 ? life : absent;
    }

    long size(String cache) {
        return one(cache).flatMap(One::size).orElse(size);
    }

    private Optional<One> one(String cache) {
        return Optional.ofNullable(caches.get(cache));
    }

    /** Where values are kept for all instances. */
    public enum Store {
        REDIS,
        /** Of this instance; the others hear nothing of what it writes. */
        MEMORY,
        /** Nothing is kept, and methods are always called. */
        NONE
    }

    Store store(boolean redis, int instancesMax) {
        return store.orElse(redis ? Store.REDIS : instancesMax > 1 ? Store.NONE : Store.MEMORY);
    }

    /** What one cache has of its own. */
    public record One(Optional<Duration> life, Optional<Duration> absent, Optional<Long> size) {}
}

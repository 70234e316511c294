package dev.concertina.starter.cache;

import dev.concertina.starter.codec.ValueCodec;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.support.NoOpCache;

/** All caches, each made when it is first asked for. */
final class SharedCaches implements CacheManager, AutoCloseable {
    private final CacheStore store;
    private final Coherence coherence;
    private final Owed owed;
    private final Loading loading;
    private final KeyText texts;
    private final Values values;
    private final CacheSettings settings;
    private final boolean keeping;
    private final Executor background;
    private final ConcurrentHashMap<String, SharedCache> caches = new ConcurrentHashMap<>();
    private volatile BiConsumer<String, SharedCache> watcher = (name, cache) -> {};

    /**
     * @param keeping whether anything is kept at all
     */
    SharedCaches(
            CacheStore store,
            ValueCodec codec,
            CacheSettings settings,
            boolean keeping,
            Executor background,
            LongSupplier nanos) {
        this.store = store;
        this.coherence = new Coherence(store, settings.lease(), nanos, this::cleared);
        this.owed = new Owed(store, background);
        this.loading = new Loading(settings.load());
        this.texts = new KeyText(codec);
        this.values = new Values(codec);
        this.settings = settings;
        this.keeping = keeping;
        this.background = background;
    }

    Coherence coherence() {
        return coherence;
    }

    Owed owed() {
        return owed;
    }

    private void cleared(String name) {
        var cache = caches.get(name);
        if (cache != null) {
            cache.near().clear();
        }
    }

    @Override
    public @Nullable Cache getCache(String name) {
        return keeping ? cache(name) : new NoOpCache(name);
    }

    SharedCache cache(String name) {
        var known = caches.get(name);
        return known != null ? known : caches.computeIfAbsent(name, this::made);
    }

    private SharedCache made(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "A cache needs a name of letters, not '" + name + "'.");
        }
        var cache =
                new SharedCache(
                        name, store, coherence, owed, loading, texts, values, settings, background);
        watcher.accept(name, cache);
        return cache;
    }

    @Override
    public Collection<String> getCacheNames() {
        return List.copyOf(caches.keySet());
    }

    /** Is told of each cache, also of those to come. */
    void watch(BiConsumer<String, SharedCache> told) {
        watcher = told;
        caches.forEach(told);
    }

    /** The request of this thread is over: what it was loading somebody else may load. */
    void leave() {
        coherence.leave();
        for (var miss : loading.drop()) {
            cache(miss.name().cache()).giveBack(miss);
        }
    }

    @Override
    public void close() {
        owed.close();
    }
}

package dev.concertina.starter.cache;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cache.support.AbstractValueAdaptingCache;

/**
 * One cache of all instances. What is near is an object all threads share: whoever changes it
 * changes it for everybody here, as with any cache in memory. While the shared store is away
 * nothing is found and nothing is kept, and writing or evicting is an {@link Outage}: an eviction
 * that is forgotten would let an old value live on.
 */
final class SharedCache extends AbstractValueAdaptingCache {
    private static final Logger log = LoggerFactory.getLogger(SharedCache.class);
    private static final long FIRST_LOOK_NANOS = 2_000_000;
    private static final long NEXT_LOOK_MAX_NANOS = 50_000_000;

    private final String name;
    private final Near near;
    private final CacheStore store;
    private final Coherence coherence;
    private final Loading loading;
    private final KeyText texts;
    private final Values values;
    private final CacheSettings settings;
    private final Executor background;
    private final CacheCounters counters = new CacheCounters();

    SharedCache(
            String name,
            CacheStore store,
            Coherence coherence,
            Loading loading,
            KeyText texts,
            Values values,
            CacheSettings settings,
            Executor background) {
        super(true);
        this.name = name;
        this.near = new Near(settings.size(name));
        this.store = store;
        this.coherence = coherence;
        this.loading = loading;
        this.texts = texts;
        this.values = values;
        this.settings = settings;
        this.background = background;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public Object getNativeCache() {
        return near.nativeCache();
    }

    CacheCounters counters() {
        return counters;
    }

    Near near() {
        return near;
    }

    private EntryName entry(Object key) {
        return new EntryName(name, texts.of(name, key));
    }

    @Override
    protected @Nullable Object lookup(Object key) {
        var era = coherence.trusted();
        if (era != null) {
            var value = near.get(era, key);
            if (value != null) {
                counters.near().increment();
                return value;
            }
        }
        var entry = entry(key);
        boolean again = loading.has(entry);
        try {
            var found = far(era, key, entry, again);
            if (found.isPresent()) {
                counters.far().increment();
                return found.get();
            }
        } catch (Outage e) {
            log.debug("the cache '{}' finds nothing while its store is away", name);
        }
        counters.missed().increment();
        return null;
    }

    /** Asks the store, and waits a little where somebody else is loading the entry. */
    private Optional<Object> far(
            @Nullable Era era, Object key, EntryName entry, boolean loadingHere) {
        var ticket = era == null ? null : near.ticket(era);
        var lease = loadingHere ? Duration.ZERO : settings.load();
        var token = Tokens.next();
        long until = System.nanoTime() + settings.await().toNanos();
        long wait = FIRST_LOOK_NANOS;
        while (true) {
            switch (store.get(entry, token, lease)) {
                case Got.Value got -> {
                    var value = values.read(got.bytes());
                    if (value.isPresent()) {
                        keepNear(ticket, key, entry, value.get(), got.asOf(), got.left());
                        return value;
                    }
                    // Another release's; it is loaded here and put over it.
                    return Optional.empty();
                }
                case Got.Nothing nothing -> {
                    if (loadingHere) {
                        return Optional.empty();
                    }
                    if (nothing.leased()) {
                        begin(new Loading.Miss(entry, Optional.of(token)));
                        return Optional.empty();
                    }
                    if (System.nanoTime() - until >= 0) {
                        begin(new Loading.Miss(entry, Optional.empty()));
                        return Optional.empty();
                    }
                    LockSupport.parkNanos(wait);
                    wait = Math.min(2 * wait, NEXT_LOOK_MAX_NANOS);
                }
            }
        }
    }

    private void keepNear(
            Near.@Nullable Ticket ticket,
            Object key,
            EntryName entry,
            Object value,
            long asOf,
            Duration left) {
        if (ticket != null) {
            near.put(ticket, key, entry, value, asOf, left);
        }
    }

    private void begin(Loading.Miss miss) {
        loading.begin(miss).ifPresent(this::giveBack);
    }

    /** What was to be loaded in this thread will not be. */
    void giveBack(Loading.Miss miss) {
        miss.token()
                .ifPresent(token -> {
                    try {
                        store.release(miss.name(), token);
                    } catch (Outage e) {
                        log.debug("a lease of the cache '{}' ends by itself", name);
                    }
                });
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable T get(Object key, Callable<T> loader) {
        var known = lookup(key);
        if (known != null) {
            renewEarly(key, life(known), loader);
            return (T) fromStoreValue(known);
        }
        T value;
        try {
            value = loader.call();
        } catch (Exception e) {
            loading.end(entry(key)).ifPresent(this::giveBack);
            throw new ValueRetrievalException(key, loader, e);
        }
        try {
            put(key, value);
        } catch (Outage e) {
            log.debug("a value of the cache '{}' is not kept while its store is away", name);
        }
        return value;
    }

    /** One of many askers loads again what is soon to end, while all are given what is there. */
    private void renewEarly(Object key, Duration life, Callable<?> loader) {
        long left = near.left(key).toNanos();
        double share = settings.early() * life.toNanos();
        // The nearer the end, the likelier; so that not all instances ask at one time.
        if (left <= 0 || left > share || ThreadLocalRandom.current().nextDouble() * share < left) {
            return;
        }
        var entry = entry(key);
        var token = Tokens.next();
        background.execute(() -> {
            try {
                if (store.lease(entry, token, settings.load())) {
                    renew(key, entry, token, loader);
                }
            } catch (Outage e) {
                log.debug("the cache '{}' renews nothing while its store is away", name);
            }
        });
    }

    private void renew(Object key, EntryName entry, String token, Callable<?> loader) {
        try {
            fill(key, entry, token, toStoreValue(loader.call()));
            counters.renewed().increment();
        } catch (Outage e) {
            throw e;
        } catch (Exception e) {
            giveBack(new Loading.Miss(entry, Optional.of(token)));
            log.debug("a value of the cache '{}' could not be renewed", name, e);
        }
    }

    private boolean fill(Object key, EntryName entry, String token, Object value) {
        var ticket = Optional.ofNullable(coherence.trusted()).map(near::ticket);
        var life = life(value);
        var asOf = store.fill(entry, token, values.write(name, value), life);
        if (asOf.isEmpty()) {
            counters.rejected().increment();
            return false;
        }
        counters.filled().increment();
        keepNear(ticket.orElse(null), key, entry, value, asOf.getAsLong(), life);
        return true;
    }

    private Duration life(Object value) {
        return Values.isAbsence(value) ? settings.absent(name) : settings.life(name);
    }

    @Override
    public void put(Object key, @Nullable Object value) {
        var stored = toStoreValue(value);
        var entry = entry(key);
        var miss = loading.end(entry);
        if (miss.isEmpty()) {
            write(key, entry, stored);
            return;
        }
        var token = miss.get().token();
        if (token.isEmpty() || !fill(key, entry, token.get(), stored)) {
            // Somebody else is loading it or has changed it. What was loaded here may be older, or
            // may be what this thread has just made of it: nobody can tell, so nobody keeps any.
            if (token.isEmpty()) {
                counters.rejected().increment();
            }
            remove(entry);
        }
    }

    private void write(Object key, EntryName entry, Object stored) {
        var ticket = Optional.ofNullable(coherence.trusted()).map(near::ticket);
        var life = life(stored);
        long at = store.put(entry, values.write(name, stored), life);
        coherence.invalid(new Invalidation(at, name, Optional.of(entry.key())));
        keepNear(ticket.orElse(null), key, entry, stored, at, life);
    }

    @Override
    public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
        var stored = toStoreValue(value);
        var entry = entry(key);
        var claimed = store.putIfAbsent(entry, values.write(name, stored), life(stored));
        if (claimed.there().isPresent()) {
            return toValueWrapper(values.read(claimed.there().get().bytes()).orElse(null));
        }
        coherence.invalid(new Invalidation(claimed.sequence(), name, Optional.of(entry.key())));
        return null;
    }

    @Override
    public void evict(Object key) {
        var entry = entry(key);
        loading.end(entry);
        remove(entry);
    }

    @Override
    public boolean evictIfPresent(Object key) {
        var entry = entry(key);
        loading.end(entry);
        return remove(entry);
    }

    private boolean remove(EntryName entry) {
        var evicted = store.evict(entry);
        coherence.invalid(new Invalidation(evicted.sequence(), name, Optional.of(entry.key())));
        return evicted.existed();
    }

    @Override
    public void clear() {
        long at = store.clear(name);
        coherence.invalid(new Invalidation(at, name, Optional.empty()));
    }

    @Override
    public boolean invalidate() {
        clear();
        return true;
    }
}

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
    private final Owed owed;
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
            Owed owed,
            Loading loading,
            KeyText texts,
            Values values,
            CacheSettings settings,
            Executor background) {
        super(true);
        this.name = name;
        this.near = new Near(settings.size(name), settings.longest(name), coherence::lookedNanos);
        this.store = store;
        this.coherence = coherence;
        this.owed = owed;
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
        var here = here(key);
        return here != null ? here.value() : elsewhere(key);
    }

    private Near.@Nullable Entry here(Object key) {
        var visit = coherence.visit();
        var era = coherence.trusted(visit);
        var here = era == null ? null : near.get(era, key);
        if (here != null) {
            if (visit == null) {
                counters.near().increment();
            } else {
                visit.count(counters.near());
            }
        }
        return here;
    }

    private @Nullable Object elsewhere(Object key) {
        var entry = entry(key);
        boolean again = loading.has(entry);
        try {
            var found = again ? asked(key, entry) : awaited(key, entry);
            if (found.isPresent()) {
                return found.get();
            }
        } catch (Outage e) {
            log.debug("the cache '{}' finds nothing while its store is away", name);
            if (!again) {
                // What is loaded now must not be taken for a write later.
                begin(new Loading.Miss(entry, Optional.empty()));
            }
        }
        counters.missed().increment();
        return null;
    }

    /** Asks the store. */
    private Optional<Object> asked(Object key, EntryName entry) {
        var ticket = ticket();
        return store.get(entry, "", Duration.ZERO) instanceof Got.Value got
                ? kept(ticket, key, entry, got)
                : Optional.empty();
    }

    /** Asks the store, and waits a little where somebody else is loading the entry. */
    private Optional<Object> awaited(Object key, EntryName entry) {
        var token = Tokens.next();
        long until = System.nanoTime() + settings.await().toNanos();
        long wait = FIRST_LOOK_NANOS;
        while (true) {
            if (loading.awaited(entry, until - System.nanoTime())) {
                // Only if it is true for this thread, whose request may be the younger one.
                var here = here(key);
                if (here != null) {
                    return Optional.of(here.value());
                }
            }
            var ticket = ticket();
            switch (store.get(entry, token, settings.load())) {
                case Got.Value got -> {
                    // Another release's is loaded here and put over it.
                    return kept(ticket, key, entry, got);
                }
                case Got.Nothing nothing -> {
                    if (nothing.leased() || System.nanoTime() - until >= 0) {
                        begin(
                                new Loading.Miss(
                                        entry, Optional.of(token).filter(t -> nothing.leased())));
                        return Optional.empty();
                    }
                    LockSupport.parkNanos(wait);
                    wait = Math.min(2 * wait, NEXT_LOOK_MAX_NANOS);
                }
            }
        }
    }

    private Near.@Nullable Ticket ticket() {
        var era = coherence.trusted();
        return era == null ? null : near.ticket(era);
    }

    private Optional<Object> kept(
            Near.@Nullable Ticket ticket, Object key, EntryName entry, Got.Value got) {
        var value = values.read(got.bytes());
        value.ifPresent(read -> {
            counters.far().increment();
            keepNear(ticket, key, entry, read, got.asOf(), got.left());
        });
        return value;
    }

    private void keepNear(
            Near.@Nullable Ticket ticket,
            Object key,
            EntryName entry,
            Object value,
            long asOf,
            Duration left) {
        if (ticket != null) {
            near.put(ticket, key, entry, value, asOf, left, renewAfter(value, left));
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
        var here = here(key);
        if (here != null) {
            if (here.toRenew(coherence.lookedNanos())) {
                renew(key, here, loader);
            }
            return (T) fromStoreValue(here.value());
        }
        var known = elsewhere(key);
        return (T) (known != null ? fromStoreValue(known) : load(key, loader));
    }

    private <T> @Nullable T load(Object key, Callable<T> loader) {
        var entry = entry(key);
        T value;
        try {
            value = loader.call();
        } catch (Exception e) {
            abandon(entry);
            throw new ValueRetrievalException(key, loader, e);
        }
        whenCommitted(() -> keep(key, entry, toStoreValue(value)), () -> abandon(entry));
        return value;
    }

    private void keep(Object key, EntryName entry, Object loaded) {
        loading.end(
                entry,
                miss ->
                        miss.flatMap(Loading.Miss::token)
                                .ifPresentOrElse(
                                        token -> filled(key, entry, token, loaded),
                                        // It may be old: this caller's, and nobody else's.
                                        counters.rejected()::increment));
    }

    private void abandon(EntryName entry) {
        loading.end(entry, miss -> miss.ifPresent(this::giveBack));
    }

    // What a transaction has read may be what it has written itself, which nobody may see yet.
    private static void whenCommitted(Runnable committed, Runnable rolledBack) {
        if (Commit.isAhead()) {
            Commit.await(committed, rolledBack);
        } else {
            committed.run();
        }
    }

    /** When to begin to renew what lives so long yet: not all instances at one time. */
    private Duration renewAfter(Object value, Duration left) {
        double share = settings.early() * life(value).toNanos();
        return share <= 0
                ? left.plus(left)
                : left.minusNanos((long) (share * ThreadLocalRandom.current().nextDouble()));
    }

    /** One of many askers loads again what is soon to end, while all are given what is there. */
    private void renew(Object key, Near.Entry here, Callable<?> loader) {
        var entry = entry(key);
        var token = Tokens.next();
        background.execute(() -> {
            try {
                if (store.lease(entry, token, settings.load())) {
                    renew(key, entry, token, loader);
                }
            } catch (Outage e) {
                log.debug("the cache '{}' renews nothing while its store is away", name);
                here.again(coherence.lookedNanos() + settings.load().toNanos());
            } catch (Exception e) {
                giveBack(new Loading.Miss(entry, Optional.of(token)));
                here.again(coherence.lookedNanos() + settings.load().toNanos());
                log.debug("a value of the cache '{}' could not be renewed", name, e);
            }
        });
    }

    private void renew(Object key, EntryName entry, String token, Callable<?> loader)
            throws Exception {
        if (fill(key, entry, token, toStoreValue(loader.call()))) {
            counters.renewed().increment();
        }
    }

    /** Whether what was loaded is kept; it is loaded all the same while the store is away. */
    private boolean filled(Object key, EntryName entry, String token, Object value) {
        try {
            return fill(key, entry, token, value);
        } catch (Outage e) {
            log.debug("a value of the cache '{}' is not kept while its store is away", name);
            return true;
        }
    }

    private boolean fill(Object key, EntryName entry, String token, Object value) {
        var ticket = ticket();
        var life = life(value);
        var asOf = store.fill(entry, token, values.write(name, value), life);
        if (asOf.isEmpty()) {
            counters.rejected().increment();
            return false;
        }
        counters.filled().increment();
        keepNear(ticket, key, entry, value, asOf.getAsLong(), life);
        return true;
    }

    private Duration life(Object value) {
        return Values.isAbsence(value) ? settings.absent(name) : settings.life(name);
    }

    @Override
    public void put(Object key, @Nullable Object value) {
        var stored = toStoreValue(value);
        var entry = entry(key);
        if (!loading.has(entry) && Commit.isAhead()) {
            remove(key, entry);
        }
        whenCommitted(() -> put(key, entry, stored), () -> abandon(entry));
    }

    private void put(Object key, EntryName entry, Object stored) {
        loading.end(entry, miss -> put(key, entry, stored, miss));
    }

    private void put(Object key, EntryName entry, Object stored, Optional<Loading.Miss> miss) {
        if (miss.isEmpty()) {
            write(key, entry, stored);
            return;
        }
        var token = miss.get().token();
        if (token.isPresent() && filled(key, entry, token.get(), stored)) {
            return;
        }
        // Somebody else is loading it or has changed it. What was loaded here may be older, or may
        // be what this thread has just made of it: nobody can tell, so nobody keeps any.
        if (token.isEmpty()) {
            counters.rejected().increment();
        }
        try {
            remove(key, entry);
        } catch (Outage e) {
            // Reading goes on without the store; the eviction is owed.
            log.debug("a value of the cache '{}' is not kept while its store is away", name);
        }
    }

    private void write(Object key, EntryName entry, Object stored) {
        var ticket = ticket();
        var life = life(stored);
        long at;
        try {
            at = store.put(entry, values.write(name, stored), life);
        } catch (Outage e) {
            owed.evict(entry);
            throw e;
        } finally {
            near.forget(key);
        }
        coherence.invalid(new Invalidation(at, name, Optional.of(entry.key())));
        keepNear(ticket, key, entry, stored, at, life);
    }

    @Override
    public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
        var stored = toStoreValue(value);
        var entry = entry(key);
        var claimed = store.putIfAbsent(entry, values.write(name, stored), life(stored));
        if (claimed.there().isPresent()) {
            return toValueWrapper(values.read(claimed.there().get().bytes()).orElse(null));
        }
        near.forget(key);
        coherence.invalid(new Invalidation(claimed.sequence(), name, Optional.of(entry.key())));
        return null;
    }

    @Override
    public void evict(Object key) {
        var unused = evictIfPresent(key);
    }

    @Override
    public boolean evictIfPresent(Object key) {
        var entry = entry(key);
        loading.end(entry);
        boolean existed = remove(key, entry);
        // Until the transaction commits, others may load what it replaces.
        if (Commit.isAhead()) {
            Commit.await(() -> remove(key, entry), () -> {});
        }
        return existed;
    }

    private boolean remove(Object key, EntryName entry) {
        try {
            var evicted = store.evict(entry);
            coherence.invalid(new Invalidation(evicted.sequence(), name, Optional.of(entry.key())));
            return evicted.existed();
        } catch (Outage e) {
            owed.evict(entry);
            throw e;
        } finally {
            near.forget(key);
        }
    }

    @Override
    public void clear() {
        clearNow();
        if (Commit.isAhead()) {
            Commit.await(this::clearNow, () -> {});
        }
    }

    private void clearNow() {
        try {
            long at = store.clear(name);
            coherence.invalid(new Invalidation(at, name, Optional.empty()));
        } catch (Outage e) {
            owed.clear(name);
            throw e;
        } finally {
            near.clear();
        }
    }

    @Override
    public boolean invalidate() {
        clear();
        return true;
    }
}

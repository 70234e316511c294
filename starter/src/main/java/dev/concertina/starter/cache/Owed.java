package dev.concertina.starter.cache;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evictions the store did not answer. Whoever asked for one was told that it failed, but what it
 * was for may have happened: the database may have the new value. So each is made up for as soon as
 * the store answers. One too many never does harm. They are gone with the instance.
 */
final class Owed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Owed.class);
    private static final int MAX = 10_000;
    private static final Duration PAUSE = Duration.ofMillis(250);

    /**
     * @param key empty: the whole cache
     */
    private record Eviction(String cache, Optional<String> key) {}

    private final CacheStore store;
    private final Executor background;
    private final Set<Eviction> owed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean paying = new AtomicBoolean();
    private volatile boolean closed;

    Owed(CacheStore store, Executor background) {
        this.store = store;
        this.background = background;
    }

    void evict(EntryName name) {
        owe(
                owed.size() < MAX
                        ? new Eviction(name.cache(), Optional.of(name.key()))
                        : new Eviction(name.cache(), Optional.empty()));
    }

    void clear(String cache) {
        owe(new Eviction(cache, Optional.empty()));
    }

    int size() {
        return owed.size();
    }

    private void owe(Eviction eviction) {
        if (owed.add(eviction) && paying.compareAndSet(false, true)) {
            background.execute(this::pay);
        }
    }

    private void pay() {
        do {
            while (!owed.isEmpty() && !closed) {
                try {
                    owed.forEach(this::pay);
                } catch (Outage e) {
                    log.debug("{} evictions are owed while their store is away", owed.size());
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            }
            paying.set(false);
        } while (!owed.isEmpty() && !closed && paying.compareAndSet(false, true));
    }

    private void pay(Eviction eviction) {
        // First, so that one which fails meanwhile is owed again.
        owed.remove(eviction);
        try {
            if (eviction.key().isPresent()) {
                var unused = store.evict(new EntryName(eviction.cache(), eviction.key().get()));
            } else {
                var unused = store.clear(eviction.cache());
            }
        } catch (Outage e) {
            owed.add(eviction);
            throw e;
        }
    }

    /** What is still owed is so no longer. */
    @Override
    public void close() {
        closed = true;
        if (!owed.isEmpty()) {
            log.warn(
                    "{} evictions from caches were never answered; what they were for may be read"
                            + " until it expires.",
                    owed.size());
        }
    }
}

package dev.concertina.starter.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one instance holds of a cache, by the application's own keys. An entry is never removed for
 * having become invalid: whether it is true is decided when it is read, by numbers, so that no
 * order of events can leave an old one behind.
 */
final class Near {
    private static final Expiry<Object, Entry> AS_FAR =
            Expiry.creating((key, entry) -> Duration.ofNanos(entry.lifeNanos()));

    /**
     * A value, and what it takes to be true.
     *
     * @param era in which it was asked for
     * @param generation of this cache when it was asked for
     * @param asOf how long the list of what became invalid was when it was read
     * @param atNanos when it was put here
     */
    private record Entry(
            Object value,
            Era era,
            int generation,
            int stripe,
            long asOf,
            long lifeNanos,
            long atNanos) {}

    /** Taken before the far side is read; what is read then counts from here. */
    record Ticket(Era era, int generation) {}

    private final Cache<Object, Entry> entries;
    private volatile int generation;

    Near(long size) {
        this.entries = Caffeine.newBuilder().maximumSize(size).expireAfter(AS_FAR).build();
    }

    /** The value, if there is one that is true in this era. */
    @Nullable Object get(Era era, Object key) {
        var entry = entries.getIfPresent(key);
        return entry != null
                        && entry.era == era
                        && entry.generation == generation
                        && era.holds(entry.stripe, entry.asOf)
                ? entry.value
                : null;
    }

    Ticket ticket(Era era) {
        return new Ticket(era, generation);
    }

    void put(Ticket ticket, Object key, EntryName name, Object value, long asOf, Duration life) {
        if (life.isPositive() && ticket.era.holds(Era.stripe(name), asOf)) {
            entries.put(
                    key,
                    new Entry(
                            value,
                            ticket.era,
                            ticket.generation,
                            Era.stripe(name),
                            asOf,
                            life.toNanos(),
                            System.nanoTime()));
        }
    }

    /** Until the value of a key ends; zero: there is none. */
    Duration left(Object key) {
        var entry = entries.policy().getIfPresentQuietly(key);
        return entry == null
                ? Duration.ZERO
                : Duration.ofNanos(entry.lifeNanos - (System.nanoTime() - entry.atNanos));
    }

    /** Nothing that is here, or on its way here, counts any more. */
    synchronized void clear() {
        generation++;
        entries.invalidateAll();
    }

    long size() {
        return entries.estimatedSize();
    }

    Object nativeCache() {
        return entries;
    }
}

package dev.concertina.starter.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one instance holds of a cache, by the application's own keys. An entry is never removed for
 * having become invalid: whether it is true is decided when it is read, by numbers, so that no
 * order of events can leave an old one behind.
 */
final class Near {
    /** A value, and what it takes to be true. */
    static final class Entry {
        private final Object value;
        private final Era era;
        private final int generation;
        private final int stripe;
        private final long asOf;
        private final long lifeNanos;
        private final long untilNanos;
        private volatile long renewAtNanos;

        private Entry(
                Object value,
                Ticket ticket,
                int stripe,
                long asOf,
                long nowNanos,
                long lifeNanos,
                long renewAfterNanos) {
            this.value = value;
            this.era = ticket.era;
            this.generation = ticket.generation;
            this.stripe = stripe;
            this.asOf = asOf;
            this.lifeNanos = lifeNanos;
            this.untilNanos = nowNanos + lifeNanos;
            this.renewAtNanos = nowNanos + renewAfterNanos;
        }

        Object value() {
            return value;
        }

        /** Whether it is time to renew it; true once, or a few times if many ask at one moment. */
        boolean toRenew(long nowNanos) {
            if (renewAtNanos - nowNanos > 0) {
                return false;
            }
            again(nowNanos + lifeNanos);
            return true;
        }

        /** Lets it be renewed later. */
        void again(long atNanos) {
            renewAtNanos = atNanos;
        }
    }

    /** Taken before the far side is read; what is read then counts from here. */
    record Ticket(Era era, int generation) {}

    private final Cache<Object, Entry> entries;
    private final LongSupplier nanos;
    private volatile int generation;

    /**
     * @param life of any entry, at most: after it an entry that nobody reads gives its room back.
     *     When one ends is its own, because a life per entry costs the library's timer each read
     * @param nanos not later than now; asked with every read, so it should cost nothing
     */
    Near(long size, Duration life, LongSupplier nanos) {
        this.nanos = nanos;
        this.entries =
                Caffeine.newBuilder()
                        .maximumSize(size)
                        .ticker(nanos::getAsLong)
                        .expireAfterWrite(life)
                        .build();
    }

    /** The entry, if there is one that is true in this era. */
    @Nullable Entry get(Era era, Object key) {
        var entry = entries.getIfPresent(key);
        return entry != null
                        && entry.era == era
                        && entry.generation == generation
                        && era.holds(entry.stripe, entry.asOf)
                        && entry.untilNanos - nanos.getAsLong() > 0
                ? entry
                : null;
    }

    Ticket ticket(Era era) {
        return new Ticket(era, generation);
    }

    /**
     * @param renewAfter when to begin to renew it
     */
    void put(
            Ticket ticket,
            Object key,
            EntryName name,
            Object value,
            long asOf,
            Duration life,
            Duration renewAfter) {
        int stripe = Era.stripe(name);
        if (life.isPositive() && ticket.era.holds(stripe, asOf)) {
            entries.put(
                    key,
                    new Entry(
                            value,
                            ticket,
                            stripe,
                            asOf,
                            nanos.getAsLong(),
                            life.toNanos(),
                            renewAfter.toNanos()));
        }
    }

    /** This instance has changed it itself. */
    void forget(Object key) {
        entries.invalidate(key);
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

package dev.concertina.starter.cache;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Question;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where cached values are kept for all instances, with the list of what became invalid and in which
 * order. Each call is atomic: a value and its place in the list change together. Time is the
 * store's own. Any call may throw {@link Outage}; then nothing is known of what it did.
 */
interface CacheStore {
    /** Entries of the list that are kept at least. Who missed more forgets everything. */
    int KEPT = 10_000;

    /** Entries of the list that are handed out at one time at most. */
    int CAUGHT_UP_MAX = 512;

    Missed missed(Position since);

    /**
     * Reads an entry; where there is none, takes out the lease on loading it if nobody has it.
     *
     * @param token of the lease, random
     * @param lease how long it lasts; zero takes none
     */
    Got get(EntryName name, String token, Duration lease);

    /** Takes out the lease on loading an entry that is there, to renew it early. */
    boolean lease(EntryName name, String token, Duration lease);

    /**
     * Keeps what was loaded under a lease, unless the lease is over or the entry was written or
     * evicted since it was taken out: then what was loaded may be old.
     *
     * @return as of when the value is good, or empty when it was not kept
     */
    OptionalLong fill(EntryName name, String token, byte[] value, Duration life);

    /** Gives a lease back unused. */
    void release(EntryName name, String token);

    /**
     * Writes an entry, whoever else is loading it.
     *
     * @return its place in the list of what became invalid
     */
    long put(EntryName name, byte[] value, Duration life);

    /** Writes an entry if there is none. */
    Claimed putIfAbsent(EntryName name, byte[] value, Duration life);

    Evicted evict(EntryName name);

    /** Removes all entries of a cache. */
    long clear(String cache);

    /** How to ask for {@link #missed} inside the request's one call, when this store can. */
    default Optional<Asking> asking() {
        return Optional.empty();
    }

    /**
     * @param there what is there already; empty when the value was written
     */
    record Claimed(Optional<Got.Value> there, long sequence) {}

    /**
     * @param existed whether there was an entry
     */
    record Evicted(boolean existed, long sequence) {}

    /** {@link #missed} in two halves, around a call somebody else makes. */
    interface Asking {
        String script();

        Question question(Position since);

        /** What the reply to {@link #question} of the same position says. */
        Missed missed(Position since, List<@Nullable Object> reply);
    }
}

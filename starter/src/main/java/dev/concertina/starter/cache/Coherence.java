package dev.concertina.starter.cache;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Question;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is near as true as what is far. A request learns at its beginning, with the one call
 * it makes anyway, what became invalid since this instance last asked. That is noted before its
 * handler runs, so it never sees what was replaced before it began. Outside requests the same is
 * asked when the last answer is older than a lease. Nothing rests on a message being pushed.
 */
final class Coherence {
    private final CacheStore store;
    private final long leaseNanos;
    private final LongSupplier nanos;
    private final Consumer<String> cleared;

    @SuppressWarnings("ThreadLocalUsage") // of one application; a JVM may hold several
    private final ThreadLocal<Visit> visits = new ThreadLocal<>();

    private final LongAdder resets = new LongAdder();
    private final AtomicLong lookedNanos;
    private volatile @Nullable Era era;

    /**
     * @param lease how old the last answer may be outside requests
     * @param cleared is told the name of a cache of which everything near is void
     */
    Coherence(CacheStore store, Duration lease, LongSupplier nanos, Consumer<String> cleared) {
        this.store = store;
        this.leaseNanos = lease.toNanos();
        this.nanos = nanos;
        this.cleared = cleared;
        this.lookedNanos = new AtomicLong(nanos.getAsLong());
    }

    /**
     * When the list was last looked at: the time, for whatever is near. It costs no look at a clock
     * and is late by no more than what is near may be.
     */
    long lookedNanos() {
        return lookedNanos.get();
    }

    /** What is asked for one request, and when. */
    record Asked(Optional<Era> era, Position since, long atNanos) {}

    Asked asked() {
        var now = Optional.ofNullable(era);
        return new Asked(now, now.map(Era::known).orElse(Position.UNKNOWN), nanos.getAsLong());
    }

    Optional<String> script() {
        return store.asking().map(CacheStore.Asking::script);
    }

    Optional<Question> question(Asked asked) {
        return store.asking().map(asking -> asking.question(asked.since()));
    }

    void answered(Asked asked, List<@Nullable Object> reply) {
        store.asking().ifPresent(asking -> note(asked, asking.missed(asked.since(), reply)));
    }

    /** A request that has caught up, or could not, goes on in this thread. */
    void enter(boolean caughtUp) {
        leave();
        visits.set(new Visit(caughtUp));
    }

    void leave() {
        var visit = visits.get();
        if (visit != null) {
            visit.close();
            visits.remove();
        }
    }

    /** The request this thread is in; null: none. */
    @Nullable Visit visit() {
        return visits.get();
    }

    /** The era whose entries this thread may take; null: it may take none. */
    @Nullable Era trusted() {
        return trusted(visits.get());
    }

    @Nullable Era trusted(@Nullable Visit visit) {
        if (visit == null) {
            return leased();
        }
        return visit.hasCaughtUp() ? era : null;
    }

    private @Nullable Era leased() {
        var now = era;
        if (now != null && nanos.getAsLong() - now.askedNanos() < leaseNanos) {
            return now;
        }
        try {
            catchUp();
            return era;
        } catch (Outage e) {
            return null;
        }
    }

    /**
     * Asks by itself.
     *
     * @throws Outage if the store does not answer
     */
    void catchUp() {
        var asked = asked();
        note(asked, store.missed(asked.since()));
    }

    // Requests overlap: each notes all it was told before it goes on, whoever else does too.
    private void note(Asked asked, Missed missed) {
        lookedNanos.accumulateAndGet(asked.atNanos(), Math::max);
        var told = asked.era().orElse(null);
        if (missed instanceof Missed.Known known && told != null && told == era) {
            for (var entry : known.entries()) {
                note(told, entry);
            }
            told.reached(known.now(), asked.atNanos());
            if (told == era) {
                return;
            }
            // Another era began meanwhile, perhaps from an older answer: begin with this one.
        }
        if (told != null) {
            resets.increment();
        }
        era = new Era(missed.now(), asked.atNanos());
    }

    private void note(Era in, Invalidation entry) {
        entry.key()
                .ifPresentOrElse(
                        key -> in.invalid(new EntryName(entry.cache(), key), entry.sequence()),
                        () -> cleared.accept(entry.cache()));
    }

    /** This instance has made something invalid itself; the list will say so again. */
    void invalid(Invalidation entry) {
        var now = era;
        if (now != null) {
            note(now, entry);
        }
    }

    /** Times everything near was given up. */
    long resets() {
        return resets.sum();
    }
}

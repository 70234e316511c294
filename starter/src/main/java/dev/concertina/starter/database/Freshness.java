package dev.concertina.starter.database;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How new what is read must be, for one request, or for one thread outside of requests: at least as
 * new as what the user, or the thread, has written. Safe for use by many threads.
 */
final class Freshness {
    private static final ThreadLocal<Freshness> CURRENT = ThreadLocal.withInitial(Freshness::new);

    private final AtomicLong needed = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong located = new AtomicLong();
    private final AtomicLong noted = new AtomicLong();

    static Freshness current() {
        return CURRENT.get();
    }

    /** From now on this thread works for somebody; returns for whom it did before. */
    static Freshness enter(Freshness freshness) {
        var before = CURRENT.get();
        CURRENT.set(freshness);
        return before;
    }

    static void leave() {
        CURRENT.remove();
    }

    void need(long position) {
        needed.accumulateAndGet(position, Math::max);
    }

    /** Something may have been written, and is committed. */
    void wrote() {
        writes.incrementAndGet();
    }

    /**
     * Where in the log the last thing stands that must be read.
     *
     * @param end tells where the log ends; asked only if something was written since
     */
    long needed(LongSupplier end) {
        long seen = writes.get();
        if (seen != located.get()) {
            need(end.getAsLong());
            located.accumulateAndGet(seen, Math::max);
        }
        return needed.get();
    }

    /** Whether something was written that nobody was told of yet; true once for each. */
    boolean untold() {
        long seen = writes.get();
        return noted.getAndAccumulate(seen, Math::max) < seen;
    }
}

package dev.concertina.gateway.route;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Who may use a target, in one atomic word: a bit that says it drains, and the number of claims.
 * After {@link #drain} no claim succeeds, so once the count is 0 it stays 0.
 */
public final class Claims {
    private static final long DRAINING = 1L << 62;

    private final AtomicLong word = new AtomicLong();

    /** Takes a claim unless the target drains. */
    public boolean claim() {
        long seen = word.get();
        while ((seen & DRAINING) == 0) {
            if (word.compareAndSet(seen, seen + 1)) {
                return true;
            }
            seen = word.get();
        }
        return false;
    }

    /** Gives a claim back; true when it was the last one of a draining target. */
    public boolean release() {
        long left = word.decrementAndGet();
        if ((left & ~DRAINING) == ~DRAINING || left < 0) {
            throw new IllegalStateException("a claim was given back twice");
        }
        return left == DRAINING;
    }

    /** Refuses claims from now on; true when none is held. */
    public boolean drain() {
        return word.updateAndGet(seen -> seen | DRAINING) == DRAINING;
    }

    public boolean draining() {
        return (word.get() & DRAINING) != 0;
    }

    public int held() {
        return (int) (word.get() & ~DRAINING);
    }
}

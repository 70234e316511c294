package dev.concertina.starter.cache;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What this instance knows of one list of what became invalid: up to where it has read it, and the
 * last place at which anything with a given hash did. When the list cannot be continued another era
 * begins, and everything near of this one counts for nothing.
 */
final class Era {
    private static final int STRIPES = 1 << 14;

    private final AtomicLongArray lastInvalid = new AtomicLongArray(STRIPES);
    private volatile Position known;
    private volatile long askedNanos;

    /**
     * @param now the head of the list
     * @param askedNanos when that was asked for
     */
    Era(Position now, long askedNanos) {
        this.known = now;
        this.askedNanos = askedNanos;
    }

    /** Up to where everything was {@link #invalid noted}. */
    Position known() {
        return known;
    }

    /** What was acknowledged before this moment is known here. */
    long askedNanos() {
        return askedNanos;
    }

    synchronized void reached(Position now, long asked) {
        if (now.sequence() > known.sequence()) {
            known = now;
        }
        if (asked - askedNanos > 0) {
            askedNanos = asked;
        }
    }

    void invalid(EntryName name, long sequence) {
        lastInvalid.accumulateAndGet(stripe(name), sequence, Math::max);
    }

    /**
     * Whether what was read when the list was so long is still true, as far as is known. Names that
     * share a stripe become invalid together: that costs a read, never the truth.
     */
    boolean holds(int stripe, long asOf) {
        return asOf >= lastInvalid.get(stripe);
    }

    static int stripe(EntryName name) {
        int hash = name.hashCode();
        return (hash ^ hash >>> 15) & STRIPES - 1;
    }
}

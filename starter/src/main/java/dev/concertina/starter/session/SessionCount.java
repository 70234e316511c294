package dev.concertina.starter.session;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.util.function.LongSupplier;

/** How many sessions all instances have together, counted when somebody asks and not too often. */
final class SessionCount {
    private final SessionStore store;
    private final long everyNanos;
    private final LongSupplier nanos;
    private double last = Double.NaN;
    private long dueNanos;

    /**
     * @param every how old an answer may be
     */
    SessionCount(SessionStore store, Duration every, LongSupplier nanos) {
        this.store = store;
        this.everyNanos = every.toNanos();
        this.nanos = nanos;
        this.dueNanos = nanos.getAsLong();
    }

    /** NaN while the store is away. */
    synchronized double get() {
        long now = nanos.getAsLong();
        if (now - dueNanos >= 0) {
            dueNanos = now + everyNanos;
            try {
                last = store.count();
            } catch (Outage e) {
                last = Double.NaN;
            }
        }
        return last;
    }
}

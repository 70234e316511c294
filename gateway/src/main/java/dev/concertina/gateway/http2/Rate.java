package dev.concertina.gateway.http2;

import java.time.Duration;

/** How often something may happen in a span of time. */
final class Rate {
    private final int most;
    private final long span;
    private long since;
    private int count;

    Rate(int most, Duration span) {
        this.most = most;
        this.span = span.toNanos();
    }

    /** Counts one; false when that was one too many. */
    boolean take(long now) {
        if (count == 0 || now - since >= span) {
            since = now;
            count = 0;
        }
        return ++count <= most;
    }
}

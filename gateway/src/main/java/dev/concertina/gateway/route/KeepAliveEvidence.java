package dev.concertina.gateway.route;

/**
 * What a target has shown about how long it keeps connections, so that a request which must not be
 * sent twice is never put on one that may be closing. Such a request goes on a used connection only
 * if another one of the target carried more requests than this one would, and if none was ever
 * closed unannounced so young or so soon after its last use.
 */
public final class KeepAliveEvidence {
    static final long IDLE_MAX_NANOS = 250_000_000L;

    // Written by all event loops without a lock: a lost update makes it more careful, or leaves it
    // as careful as it was a moment ago.
    private volatile int survived;
    private volatile int closedAfter = Integer.MAX_VALUE;
    private volatile long closedIdleNanos = 2 * IDLE_MAX_NANOS;

    /** A connection has carried so many requests and goes on. */
    public void carried(int requests) {
        if (requests > survived) {
            survived = requests;
        }
    }

    /** A connection was closed without announcement after so many requests and so much idling. */
    public void closed(int requests, long idleNanos) {
        if (idleNanos > closedIdleNanos) {
            return;
        }
        closedAfter = Math.min(closedAfter, requests);
        closedIdleNanos = Math.max(0, idleNanos);
    }

    /** Whether a request that must not be sent twice may follow so many on a connection. */
    public boolean trusts(int requests, long idleNanos) {
        return requests < survived
                && requests < closedAfter
                && idleNanos < IDLE_MAX_NANOS
                && idleNanos < closedIdleNanos / 2;
    }
}

package dev.concertina.gateway.route;

/**
 * What a target has shown about how long it keeps connections, so that a request which must not be
 * sent twice is never put on one that may be closing. Such a request goes on a used connection only
 * if another one of the target went on after as many requests: it carried a further one, or was
 * still open a good while later. And only if none was ever closed unannounced so young or so soon
 * after its last use.
 *
 * <p>So the number grows by one at a time, even where every request is of that kind.
 */
public final class KeepAliveEvidence {
    static final long IDLE_MAX_NANOS = 250_000_000L;

    /** Who closes after a number of requests does so sooner, unless the machine stands still. */
    static final long STAYS_NANOS = 250_000_000L;

    // Written by all event loops without a lock: a lost update makes it more careful, or leaves it
    // as careful as it was a moment ago.
    private volatile int goesOnAfter;
    private volatile int closedAfter = Integer.MAX_VALUE;
    private volatile long closedIdleNanos = 2 * IDLE_MAX_NANOS;

    /** A connection has carried so many requests and goes on. */
    public void carried(int requests) {
        wentOn(requests - 1);
    }

    /** A connection is open, so long after it carried so many requests. */
    public void stayed(int requests, long idleNanos) {
        if (idleNanos >= STAYS_NANOS) {
            wentOn(requests);
        }
    }

    private void wentOn(int requests) {
        if (requests > goesOnAfter) {
            goesOnAfter = requests;
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
        return requests <= goesOnAfter
                && requests < closedAfter
                && idleNanos < IDLE_MAX_NANOS
                && idleNanos < closedIdleNanos / 2;
    }
}

package dev.concertina.gateway.route;

/**
 * Passive health of one target: a failed connection makes it suspect for a short time that doubles
 * with each further one, a response clears it. Times are nanoseconds of the caller's clock.
 */
public final class Suspicion {
    static final long FIRST_NANOS = 250_000_000L;
    static final long MAX_NANOS = 8_000_000_000L;

    private volatile long until;
    private volatile boolean suspect;
    private int streak;

    public boolean at(long now) {
        return suspect && now - until < 0;
    }

    synchronized void raise(long now) {
        if (at(now)) {
            return;
        }
        long time = Math.min(MAX_NANOS, FIRST_NANOS << Math.min(streak, 5));
        streak++;
        until = now + time;
        suspect = true;
    }

    /** The target answered. */
    public void clear() {
        if (suspect) {
            reset();
        }
    }

    private synchronized void reset() {
        suspect = false;
        streak = 0;
    }
}

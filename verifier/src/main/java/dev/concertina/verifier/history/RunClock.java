package dev.concertina.verifier.history;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** The run's clock: nanoseconds since the run began, which never go backwards. */
public final class RunClock {
    private final Instant startedAt = Instant.now();
    private final long zero = System.nanoTime();

    public Instant startedAt() {
        return startedAt;
    }

    public long nanos() {
        return System.nanoTime() - zero;
    }

    public Instant now() {
        return startedAt.plusNanos(nanos());
    }

    /** Returns at {@code nanos} or later; at once if that has passed. */
    public void awaitUntil(long nanos) throws InterruptedException {
        long left = nanos - nanos();
        while (left > 0) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting");
            }
            left = nanos - nanos();
        }
    }

    public void pause(Duration duration) throws InterruptedException {
        awaitUntil(nanos() + duration.toNanos());
    }
}

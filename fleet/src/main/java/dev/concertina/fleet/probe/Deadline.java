package dev.concertina.fleet.probe;

import java.net.SocketTimeoutException;
import java.time.Duration;

/** The moment a probe must be answered by, on the monotonic clock. */
final class Deadline {
    private final long start = System.nanoTime();
    private final long nanos;

    Deadline(Duration timeout) {
        nanos = timeout.toNanos();
    }

    Duration passed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** At least 1, because a socket takes 0 for "for ever". */
    int millisLeft() throws SocketTimeoutException {
        long left = nanos - (System.nanoTime() - start);
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) Math.min(Integer.MAX_VALUE, left / 1_000_000 + 1);
    }
}

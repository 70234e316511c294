package dev.concertina.starter.job;

import java.time.Duration;

/**
 * Thrown by a handler that knows how long to wait before the next attempt, such as from a {@code
 * Retry-After} field. It counts as an attempt.
 */
public final class TryLater extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Duration wait;

    public TryLater(Duration wait, String message) {
        super(message);
        this.wait = wait;
    }

    Duration waiting() {
        return wait;
    }
}

package dev.concertina.starter.request;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The shared store did not answer in time, or cannot be reached. */
public final class Outage extends RuntimeException {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    public Outage(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public Duration retryAfter() {
        return RETRY_AFTER;
    }
}

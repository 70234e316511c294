package dev.concertina.starter.request;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The shared store did not answer in time, or cannot be reached. */
public final class Outage extends RuntimeException {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final boolean away;

    public Outage(String message, @Nullable Throwable cause) {
        this(message, cause, true);
    }

    /**
     * @param away false when the store itself may be well, and only this was not answered
     */
    public Outage(String message, @Nullable Throwable cause, boolean away) {
        super(message, cause);
        this.away = away;
    }

    /** Whether the store is away, so that what is known without it may be used instead. */
    public boolean isAway() {
        return away;
    }

    public Duration retryAfter() {
        return RETRY_AFTER;
    }
}

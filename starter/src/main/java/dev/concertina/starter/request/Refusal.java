package dev.concertina.starter.request;

import java.time.Duration;
import java.util.Map;

/**
 * An answer given instead of the application's, as problem details (RFC 9457).
 *
 * @param retryAfter when to come again; rounded up to seconds
 * @param fields further response fields
 */
public record Refusal(
        int status, String title, String detail, Duration retryAfter, Map<String, String> fields) {

    static Refusal of(Outage outage) {
        return new Refusal(
                503,
                "Session store unavailable",
                "The request needs shared state that cannot be reached at the moment.",
                outage.retryAfter(),
                Map.of());
    }
}

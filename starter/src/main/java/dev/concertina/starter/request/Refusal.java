package dev.concertina.starter.request;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * An answer given instead of the application's, as problem details (RFC 9457).
 *
 * @param type URI of the problem type
 * @param retryAfter when to come again; rounded up to seconds
 * @param fields further response fields
 * @param members further members of the body, their values as JSON
 */
public record Refusal(
        int status,
        String type,
        String title,
        String detail,
        Duration retryAfter,
        Map<String, String> fields,
        Map<String, String> members) {

    public Refusal(
            int status,
            String title,
            String detail,
            Duration retryAfter,
            Map<String, String> fields) {
        this(status, "about:blank", title, detail, retryAfter, fields, Map.of());
    }

    static Refusal of(Outage outage) {
        return new Refusal(
                503,
                "Shared state unavailable",
                "The request needs shared state that cannot be reached at the moment.",
                outage.retryAfter(),
                Map.of());
    }

    /** Answers a request with it. */
    public void write(HttpServletResponse response) throws IOException {
        response.setStatus(status);
        if (retryAfter.isPositive()) {
            long seconds = (retryAfter.toMillis() + 999) / 1000;
            response.setHeader("Retry-After", Long.toString(seconds));
        }
        response.setHeader("Cache-Control", "no-store");
        fields.forEach(response::setHeader);
        response.setContentType("application/problem+json");
        var bytes = body().getBytes(StandardCharsets.UTF_8);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    /** The body, JSON. */
    String body() {
        var text = new StringBuilder();
        text.append("{\"type\":\"").append(type);
        text.append("\",\"title\":\"").append(title);
        text.append("\",\"status\":").append(status);
        text.append(",\"detail\":\"").append(detail).append('"');
        members.forEach((name, json) -> text.append(",\"").append(name).append("\":").append(json));
        return text.append('}').toString();
    }
}

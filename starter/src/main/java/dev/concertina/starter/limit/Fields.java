package dev.concertina.starter.limit;

import dev.concertina.starter.request.Refusal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How limits are told to a client: the fields and the problem type of
 * draft-ietf-httpapi-ratelimit-headers-11, Retry-After of RFC 9110 and the body of RFC 9457. The
 * quota is the burst and its window the time in which all of it comes back.
 */
final class Fields {
    static final String RATE_LIMIT = "RateLimit";
    static final String POLICY = "RateLimit-Policy";
    private static final String EXCEEDED =
            "https://iana.org/assignments/http-problem-types#quota-exceeded";
    private static final String REDUCED =
            "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity";

    private Fields() {}

    static Map<String, String> of(Count count) {
        var fields = new LinkedHashMap<String, String>();
        fields.put(
                POLICY,
                list(
                        count,
                        s -> ";q=%d;w=%d".formatted(s.pace().burst(), seconds(s.pace().window()))));
        fields.put(
                RATE_LIMIT,
                list(
                        count,
                        s -> {
                            boolean refuses = !count.passed() && s.waitFor() > 0;
                            return ";r=%d;t=%d"
                                    .formatted(
                                            refuses ? 0 : s.pace().left(s.ahead()),
                                            seconds(refuses ? s.waitFor() : s.ahead()));
                        }));
        return fields;
    }

    private static String list(Count count, Function<Standing, String> parameters) {
        return count.standings().stream()
                .map(s -> '"' + s.limit().name() + '"' + parameters.apply(s))
                .collect(Collectors.joining(", "));
    }

    private static long seconds(long micros) {
        return Math.ceilDiv(micros, 1_000_000);
    }

    static Refusal refusal(Count count) {
        return new Refusal(
                429,
                EXCEEDED,
                "Too Many Requests",
                "The limit is used up. Come again after the time in Retry-After.",
                Duration.of(count.waitFor(), ChronoUnit.MICROS),
                of(count),
                violated(count.refusing().stream().map(s -> s.limit().name()).toList()));
    }

    /** For endpoints that nobody may use while nobody can count. */
    static Refusal closed(List<String> names, Duration retryAfter) {
        return new Refusal(
                503,
                REDUCED,
                "Temporarily unavailable",
                "Limits cannot be counted at the moment, so nobody is let in here.",
                retryAfter,
                Map.of(),
                violated(names));
    }

    private static Map<String, String> violated(List<String> names) {
        return Map.of(
                "violated-policies",
                names.stream().map(n -> '"' + n + '"').collect(Collectors.joining(",", "[", "]")));
    }
}

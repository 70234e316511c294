package dev.concertina.starter.limit;

import java.time.Duration;
import java.util.regex.Pattern;

/** So many in such a time, written {@code 10/s}, {@code 100/m} or {@code 5/10s}. */
public record Rate(long count, Duration period) {
    private static final Pattern FORM =
            Pattern.compile("(\\d{1,9})\\s*/\\s*(\\d{0,6})(ms|s|m|h|d)");

    public Rate {
        if (count < 1 || !period.isPositive()) {
            throw new IllegalArgumentException(
                    "a rate of " + count + " in " + period + " lets nothing through");
        }
    }

    /**
     * @throws IllegalArgumentException naming the text when it is of another form
     */
    public static Rate of(String text) {
        var parts = FORM.matcher(text.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a rate. Write it like 10/s, 100/m or 5/10s.");
        }
        long units = parts.group(2).isEmpty() ? 1 : Long.parseLong(parts.group(2));
        var period =
                switch (parts.group(3)) {
                    case "ms" -> Duration.ofMillis(units);
                    case "s" -> Duration.ofSeconds(units);
                    case "m" -> Duration.ofMinutes(units);
                    case "h" -> Duration.ofHours(units);
                    default -> Duration.ofDays(units);
                };
        return new Rate(Long.parseLong(parts.group(1)), period);
    }
}

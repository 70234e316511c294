package dev.concertina.starter.job;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * GCRA in microseconds: one more may begin every step, and as many as the burst at once.
 *
 * @param step microseconds
 */
record Pace(long step, long burst) {
    private static final Pattern FORM =
            Pattern.compile("(\\d{1,9})\\s*/\\s*(\\d{0,6})(ms|s|m|h|d)");

    /**
     * @param text such as {@code 100/m}
     * @param burst by default a twentieth of the number, so that in no time of that length more
     *     than 5 % more begin
     * @throws IllegalArgumentException saying what to write
     */
    static Pace of(String text, Optional<Integer> burst) {
        var parts = FORM.matcher(text.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "is '" + text + "'. Write it with its unit, like 100/m, 10/s or 5/10s.");
        }
        long count = Long.parseLong(parts.group(1));
        long units = parts.group(2).isEmpty() ? 1 : Long.parseLong(parts.group(2));
        var period = Duration.of(units, unit(parts.group(3)));
        if (count < 1 || period.isZero()) {
            throw new IllegalArgumentException(
                    "is '" + text + "', which lets nothing through. Write it like 100/m.");
        }
        long step = Math.max(1, Math.ceilDiv(period.toNanos() / 1000, count));
        return new Pace(step, burst.map(Integer::longValue).orElse(Math.max(1, count / 20)));
    }

    private static java.time.temporal.ChronoUnit unit(String letter) {
        return switch (letter) {
            case "ms" -> java.time.temporal.ChronoUnit.MILLIS;
            case "s" -> java.time.temporal.ChronoUnit.SECONDS;
            case "m" -> java.time.temporal.ChronoUnit.MINUTES;
            case "h" -> java.time.temporal.ChronoUnit.HOURS;
            default -> java.time.temporal.ChronoUnit.DAYS;
        };
    }

    /** How many may begin when the theoretical arrival time is so many microseconds ahead. */
    long free(long ahead) {
        return Math.max(0, (step * burst - ahead) / step);
    }

    /** Microseconds until one more may begin. */
    long waitFor(long ahead) {
        return Math.max(0, ahead + step - step * burst);
    }
}

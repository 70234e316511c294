package dev.concertina.fleet.manifest;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Quantities as they are written: {@code 1m30s}, {@code 512Mi}, {@code 50/s}. */
public final class Units {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9}(ms|s|m|h|d))+");
    private static final Pattern DURATION_PART = Pattern.compile("(\\d+)(ms|s|m|h|d)");
    private static final Pattern BYTES = Pattern.compile("(\\d{1,12})(B|Ki|Mi|Gi|Ti)");
    private static final Pattern ALMOST_BYTES =
            Pattern.compile("(\\d{1,12})\\s*([kKmMgGtT])?(i?[bB]|i)?");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,5})(?:\\.(\\d{1,2}))?%");
    private static final Pattern RATE = Pattern.compile("(\\d{1,7})/([smh])");
    private static final Map<String, Duration> PERIODS =
            Map.of(
                    "s",
                    Duration.ofSeconds(1),
                    "m",
                    Duration.ofMinutes(1),
                    "h",
                    Duration.ofHours(1));

    private static final Map<String, Long> BYTES_PER = new LinkedHashMap<>();

    static {
        BYTES_PER.put("Ti", 1L << 40);
        BYTES_PER.put("Gi", 1L << 30);
        BYTES_PER.put("Mi", 1L << 20);
        BYTES_PER.put("Ki", 1L << 10);
        BYTES_PER.put("B", 1L);
    }

    private Units() {}

    public static Optional<Duration> duration(String text) {
        if (!DURATION.matcher(text).matches()) {
            return Optional.empty();
        }
        var sum = Duration.ZERO;
        var parts = DURATION_PART.matcher(text);
        while (parts.find()) {
            long n = Long.parseLong(parts.group(1));
            sum =
                    switch (parts.group(2)) {
                        case "ms" -> sum.plusMillis(n);
                        case "s" -> sum.plusSeconds(n);
                        case "m" -> sum.plusMinutes(n);
                        case "h" -> sum.plusHours(n);
                        default -> sum.plusDays(n);
                    };
        }
        return Optional.of(sum);
    }

    static String text(Duration duration) {
        long ms = duration.toMillis();
        if (ms % 1000 != 0 || ms == 0) {
            return ms == 0 ? "0s" : ms + "ms";
        }
        long s = ms / 1000;
        if (s % 86_400 == 0 && s > 86_400) {
            return s / 86_400 + "d";
        }
        if (s % 3600 == 0) {
            return s / 3600 + "h";
        }
        return s % 60 == 0 ? s / 60 + "m" : s + "s";
    }

    /** In hundredths of a percent. */
    static Optional<Integer> percent(String text) {
        var m = PERCENT.matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        var part = Optional.ofNullable(m.group(2)).orElse("");
        return Optional.of(Integer.parseInt(m.group(1) + (part + "00").substring(0, 2)));
    }

    static String percentText(int hundredths) {
        int part = hundredths % 100;
        String decimals =
                part == 0 ? "" : part % 10 == 0 ? "." + part / 10 : String.format(".%02d", part);
        return hundredths / 100 + decimals + "%";
    }

    static OptionalLong bytes(String text) {
        var m = BYTES.matcher(text);
        if (!m.matches()) {
            return OptionalLong.empty();
        }
        var per = BYTES_PER.getOrDefault(m.group(2), 1L);
        try {
            return OptionalLong.of(Math.multiplyExact(Long.parseLong(m.group(1)), per));
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    /** What somebody who wrote {@code 500MB} or {@code 500} surely meant. */
    static String nearestBytes(String text) {
        var m = ALMOST_BYTES.matcher(text);
        if (!m.matches()) {
            return "500Mi";
        }
        var letter = Optional.ofNullable(m.group(2)).orElse("M");
        return m.group(1) + letter.toUpperCase(java.util.Locale.ROOT) + "i";
    }

    static String text(long bytes) {
        if (bytes == 0) {
            return "0B";
        }
        for (var unit : BYTES_PER.entrySet()) {
            if (bytes % unit.getValue() == 0) {
                return bytes / unit.getValue() + unit.getKey();
            }
        }
        return bytes + "B";
    }

    /** Requests in a second, a minute or an hour. */
    record Rate(int requests, Duration period) {}

    static Optional<Rate> rate(String text) {
        var m = RATE.matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        var period = PERIODS.getOrDefault(m.group(2), Duration.ZERO);
        return Optional.of(new Rate(Integer.parseInt(m.group(1)), period));
    }

    static String text(int requests, Duration period) {
        return PERIODS.entrySet().stream()
                .filter(unit -> unit.getValue().equals(period))
                .map(unit -> requests + "/" + unit.getKey())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(requests + " in " + period));
    }
}

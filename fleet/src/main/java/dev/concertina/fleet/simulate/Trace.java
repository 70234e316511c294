package dev.concertina.fleet.simulate;

import java.util.ArrayList;
import java.util.List;

/**
 * Traffic over time. A line holds until the next one; the last holds as long as the one before it.
 *
 * @param points two at least, each later than the one before
 */
public record Trace(List<Point> points) {
    private static final double SECONDS_MAX = 31 * 24 * 3600;

    /**
     * @param second since the trace began
     * @param requestsPerSecond 0 or more
     */
    public record Point(double second, double requestsPerSecond) {}

    public Trace {
        points = List.copyOf(points);
        if (points.size() < 2) {
            throw new IllegalArgumentException(
                    "a trace of %d lines has no length. Give two or more, such as 0,50 and 60,80."
                            .formatted(points.size()));
        }
    }

    /**
     * Reads lines of {@code seconds,requests-per-second}. A heading, empty lines and lines that
     * begin with {@code #} are skipped.
     *
     * @param name of the file, for messages
     * @throws IllegalArgumentException naming line, value and next move
     */
    public static Trace parse(String name, String csv) {
        var points = new ArrayList<Point>();
        List<String> lines = csv.lines().toList();
        for (var i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            boolean heading =
                    points.isEmpty() && !line.isEmpty() && Character.isLetter(line.charAt(0));
            if (line.isEmpty() || line.startsWith("#") || heading) {
                continue;
            }
            Point point = point(name + ":" + (i + 1), line);
            if (!points.isEmpty() && point.second() <= points.getLast().second()) {
                throw new IllegalArgumentException(
                        "%s:%d  second %s comes after second %s. Sort the lines by time."
                                .formatted(name, i + 1, point.second(), points.getLast().second()));
            }
            points.add(point);
        }
        if (points.size() < 2) {
            throw new IllegalArgumentException(
                    "%s  holds %d lines of traffic. Give two or more, such as 0,50 and 60,80."
                            .formatted(name, points.size()));
        }
        return new Trace(points);
    }

    private static Point point(String place, String line) {
        String[] fields = line.split(",", -1);
        if (fields.length != 2) {
            throw new IllegalArgumentException(
                    "%s  '%s' has %d fields. Write seconds,requests-per-second, such as 60,120.5."
                            .formatted(place, line, fields.length));
        }
        double second = number(place, fields[0], "seconds");
        if (second > SECONDS_MAX) {
            throw new IllegalArgumentException(
                    "%s  second %s is more than 31 days. Count seconds from the trace's begin."
                            .formatted(place, fields[0].strip()));
        }
        return new Point(second, number(place, fields[1], "requests per second"));
    }

    private static double number(String place, String field, String what) {
        try {
            double number = Double.parseDouble(field.strip());
            if (number >= 0 && number < Double.POSITIVE_INFINITY) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Told below, as a negative one is.
        }
        throw new IllegalArgumentException(
                "%s  '%s' is no number of %s. Give 0 or more, such as 60,120.5."
                        .formatted(place, field.strip(), what));
    }

    /** Whole seconds from the first line to the end. */
    public int seconds() {
        double last = points.getLast().second();
        double before = points.get(points.size() - 2).second();
        return (int) Math.ceil(last + (last - before) - points.getFirst().second());
    }

    /** Rates of all seconds, each at its begin. */
    double[] rates() {
        var rates = new double[seconds()];
        double begin = points.getFirst().second();
        var at = 0;
        for (var second = 0; second < rates.length; second++) {
            while (at + 1 < points.size() && points.get(at + 1).second() <= begin + second) {
                at++;
            }
            rates[second] = points.get(at).requestsPerSecond();
        }
        return rates;
    }
}

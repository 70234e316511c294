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
     * Reads lines of {@code seconds,requests-per-second}, also where instances and CPU follow, as
     * in a fleet's own record.
     *
     * @param name of the file, for messages
     * @throws IllegalArgumentException naming line, value and next move
     */
    public static Trace parse(String name, String csv) {
        var points = new ArrayList<Point>();
        for (CsvLine line : CsvLine.of(name, csv)) {
            Point point = point(line);
            if (!points.isEmpty()) {
                requireLater(line, points.getFirst(), points.getLast(), point);
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

    private static Point point(CsvLine line) {
        int fields = line.fields().size();
        if (fields != 2 && fields != 4) {
            throw new IllegalArgumentException(
                    "%s  '%s' has %d fields. Write seconds,requests-per-second, such as 60,120.5."
                            .formatted(line.place(), line.text(), fields));
        }
        return new Point(line.number(0, "seconds"), line.number(1, "requests per second"));
    }

    private static void requireLater(CsvLine line, Point first, Point before, Point point) {
        if (point.second() <= before.second()) {
            throw new IllegalArgumentException(
                    "%s  second %s comes after second %s. Sort the lines by time."
                            .formatted(line.place(), point.second(), before.second()));
        }
        if (point.second() - first.second() > SECONDS_MAX) {
            throw new IllegalArgumentException(
                    "%s  second %s is more than 31 days after the first. Cut the trace."
                            .formatted(line.place(), line.fields().getFirst().strip()));
        }
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

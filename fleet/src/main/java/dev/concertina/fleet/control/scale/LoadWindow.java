package dev.concertina.fleet.control.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns counters that only grow into usage over a window: CPU in milli-cores is the CPU time of the
 * window divided by its length, memory is the last figure. Immutable. An instance has a sample once
 * it has two points, as with Kubernetes' metrics server; until then it is missing.
 *
 * @param length the window aimed for; the first sample's may be shorter, later ones' are longer by
 *     less than the pause between two points
 * @param points by name of the instance, oldest first, none older than the window needs
 */
public record LoadWindow(Duration length, Map<String, List<LoadPoint>> points) {

    public LoadWindow {
        if (length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException(
                    "the window is " + length + ". Give a length above 0, such as 30s.");
        }
        points = Map.copyOf(points);
    }

    public static LoadWindow of(Duration length) {
        return new LoadWindow(length, Map.of());
    }

    /**
     * A point that is not newer than the last is left out. CPU time that went back belongs to
     * another process under the same name, so the history begins again.
     */
    public LoadWindow plus(String name, LoadPoint point) {
        List<LoadPoint> before = points.getOrDefault(name, List.of());
        if (!before.isEmpty() && !point.at().isAfter(before.getLast().at())) {
            return this;
        }
        boolean another =
                !before.isEmpty() && point.cpuTime().compareTo(before.getLast().cpuTime()) < 0;
        var after = new ArrayList<LoadPoint>(another ? List.of() : before);
        after.add(point);
        Instant begin = point.at().minus(length);
        while (after.size() > 1 && !after.get(1).at().isAfter(begin)) {
            after.removeFirst();
        }
        return with(name, List.copyOf(after));
    }

    public LoadWindow minus(String name) {
        var rest = new HashMap<>(points);
        rest.remove(name);
        return new LoadWindow(length, rest);
    }

    /**
     * The sample of each instance that has one. Points older than two windows are too old to tell
     * anything: such an instance is missing again.
     */
    public Map<String, Sample> samples(Resource resource, Instant now) {
        var samples = new HashMap<String, Sample>();
        for (String name : points.keySet()) {
            sample(name, resource, now).ifPresent(sample -> samples.put(name, sample));
        }
        return samples;
    }

    private Optional<Sample> sample(String name, Resource resource, Instant now) {
        List<LoadPoint> history = points.getOrDefault(name, List.of());
        if (history.size() < 2
                || history.getLast().at().isBefore(now.minus(length.multipliedBy(2)))) {
            return Optional.empty();
        }
        LoadPoint first = history.getFirst();
        LoadPoint last = history.getLast();
        Duration span = Duration.between(first.at(), last.at());
        long value =
                switch (resource) {
                    case CPU -> milliCores(last.cpuTime().minus(first.cpuTime()), span);
                    case MEMORY -> last.residentBytes();
                };
        return Optional.of(new Sample(value, last.at(), span));
    }

    private static long milliCores(Duration used, Duration span) {
        return Math.round((double) used.toNanos() * 1000 / (double) span.toNanos());
    }

    private LoadWindow with(String name, List<LoadPoint> history) {
        var after = new HashMap<>(points);
        after.put(name, history);
        return new LoadWindow(length, after);
    }
}

package dev.concertina.testkit;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a simulation has seen, by name. A run in which nothing happened proves nothing, so tests ask
 * here before they believe one.
 */
public final class Tally {
    private final Map<String, Long> counts = new HashMap<>();

    public synchronized void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    public synchronized void add(Tally other) {
        other.counts().forEach((what, times) -> counts.merge(what, times, Long::sum));
    }

    public synchronized long of(String what) {
        return counts.getOrDefault(what, 0L);
    }

    public synchronized Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    /** A line for each. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        counts().forEach((what, times) -> text.append("  %12d  %s%n".formatted(times, what)));
        return text.toString();
    }
}

package dev.concertina.fleet.manifest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects everything that is wrong, so that a user mends a file once and not line by line. */
final class Problems {
    private final Set<Problem> found = new LinkedHashSet<>();

    void add(Place place, String key, String value, String message, String next) {
        found.add(new Problem(place, key, value, message, next));
    }

    boolean any() {
        return !found.isEmpty();
    }

    /** In the order of the file. */
    List<Problem> list() {
        var sorted = new ArrayList<>(found);
        sorted.sort(
                Comparator.comparing((Problem p) -> p.place().file())
                        .thenComparingInt(p -> p.place().line())
                        .thenComparingInt(p -> p.place().column()));
        return List.copyOf(sorted);
    }
}

package dev.concertina.fleet.control.supervise;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Who is in a slot, and how the slot has fared.
 *
 * @param instance id, such as {@code registry-1-x7}: application, slot, generation
 * @param restarts how often the slot's process was started again after it ended by itself
 * @param failures exits and failed starts in a row, without a healthy while between
 * @param crashed when the latest of them were
 */
public record Occupant(
        String instance,
        int number,
        int generation,
        String release,
        int restarts,
        int failures,
        List<Instant> crashed) {

    public Occupant {
        // A journal of before crash loops were stopped has none.
        crashed = List.copyOf(Objects.requireNonNullElseGet(crashed, List::of));
    }

    static Occupant first(String name, int number, int generation, String release) {
        String id = id(name, number, generation);
        return new Occupant(id, number, generation, release, 0, 0, List.of());
    }

    /** The next process in the same slot. */
    Occupant next(String name, int generation) {
        return new Occupant(
                id(name, number, generation),
                number,
                generation,
                release,
                restarts + 1,
                failures,
                crashed);
    }

    /**
     * @param times in a row
     * @param from the window in which crashes count begins here
     */
    Occupant failed(int times, Instant now, Instant from) {
        List<Instant> lately =
                Stream.concat(crashed.stream().filter(c -> c.isAfter(from)), Stream.of(now))
                        .toList();
        return new Occupant(instance, number, generation, release, restarts, times, lately);
    }

    private static String id(String name, int number, int generation) {
        String tail = "-" + number + "-x" + generation;
        return name.substring(0, Math.min(name.length(), 64 - tail.length())) + tail;
    }
}

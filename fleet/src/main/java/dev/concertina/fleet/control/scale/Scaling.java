package dev.concertina.fleet.control.scale;

import java.util.List;
import java.util.Objects;

/**
 * How many instances there should be.
 *
 * @param why the autoscaler's sums, if it was the one who changed the number last; empty after a
 *     command
 */
public record Scaling(int wanted, List<String> why) {
    public Scaling {
        if (wanted < 1) {
            throw new IllegalArgumentException("wanted instances " + wanted + " is below 1");
        }
        // A journal of before there was an autoscaler has none.
        why = List.copyOf(Objects.requireNonNullElseGet(why, List::of));
    }

    public Scaling(int wanted) {
        this(wanted, List.of());
    }

    /** As somebody asked for. */
    public Scaling asked(int number) {
        return new Scaling(number);
    }

    /** As the autoscaler decided. */
    public Scaling asked(int number, List<String> sums) {
        return new Scaling(number, sums);
    }
}

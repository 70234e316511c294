package dev.concertina.starter.cache;

import java.util.List;

/** What became invalid since a {@link Position}. */
sealed interface Missed {
    /** The head of the list. */
    Position now();

    /** All of it, in order. */
    record Known(Position now, List<Invalidation> entries) implements Missed {
        public Known {
            entries = List.copyOf(entries);
        }
    }

    /** The list does not reach back that far, or is another one: anything may be invalid. */
    record Unknown(Position now) implements Missed {}
}

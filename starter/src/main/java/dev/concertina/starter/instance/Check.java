package dev.concertina.starter.instance;

import java.time.Duration;
import java.util.Optional;

/** Whether something this instance depends on answers. Implementations may block for a second. */
public interface Check {
    /** Short and stable, such as {@code redis}. */
    String name();

    /** Asks once; throws nothing. */
    Finding find();

    /**
     * What a check found.
     *
     * @param error present when it did not answer, without secrets
     */
    record Finding(Duration took, Optional<String> error) {
        public boolean up() {
            return error.isEmpty();
        }
    }
}

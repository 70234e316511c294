package dev.concertina.fleet.control;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * When to look at what instances do, and what was seen last. Measured anew by the next fleet
 * process.
 *
 * @param asked a sample is under way; the next one waits for its answer
 * @param due when to ask next
 * @param last by instance
 */
public record Sampling(boolean asked, Instant due, Map<String, Seen> last) {
    /** While a release is judged. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    public Sampling {
        last = Map.copyOf(last);
    }

    static Sampling none() {
        return new Sampling(false, Instant.EPOCH, Map.of());
    }

    boolean due(Instant now) {
        return !asked && !now.isBefore(due);
    }

    Sampling asking() {
        return new Sampling(true, due, last);
    }

    Sampling heard(Map<String, Seen> seen, Instant nextAt) {
        return new Sampling(false, nextAt, seen);
    }
}

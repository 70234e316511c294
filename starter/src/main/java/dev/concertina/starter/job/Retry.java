package dev.concertina.starter.job;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait after a failed attempt. Pure but for chance. */
record Retry(Duration first, Duration max, double jitter) {
    private static final int DOUBLINGS_MAX = 30;

    /** Twice as long each time, up to the most, a little more or less. */
    Duration after(int attempt, RandomGenerator chance) {
        int doublings = Math.clamp(attempt - 1L, 0, DOUBLINGS_MAX);
        double millis =
                Math.min(
                        (double) first.toMillis() * Math.pow(2, doublings),
                        (double) max.toMillis());
        double spread = 1 + jitter * (2 * chance.nextDouble() - 1);
        return Duration.ofMillis(Math.max(1, Math.round(millis * spread)));
    }
}

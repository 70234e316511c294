package dev.concertina.fleet.host;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long to wait before a process is started again: not at all after a first end, then twice as
 * long each time, until one has run for a while. Pure but for its memory; one thread at a time.
 */
public final class RestartDelay {
    private static final Duration SETTLED_AFTER = Duration.ofSeconds(30);
    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration MAX = Duration.ofSeconds(10);

    private Optional<Instant> runsSince = Optional.empty();
    private int ends;

    /** The process serves. */
    public void started(Instant now) {
        runsSince = Optional.of(now);
    }

    /** The process ended, or could not be started. */
    public Duration ended(Instant now) {
        boolean settled = runsSince.filter(s -> s.plus(SETTLED_AFTER).isBefore(now)).isPresent();
        runsSince = Optional.empty();
        ends = settled ? 1 : ends + 1;
        if (ends == 1) {
            return Duration.ZERO;
        }
        Duration delay = FIRST.multipliedBy(1L << Math.min(ends - 2, 10));
        return delay.compareTo(MAX) > 0 ? MAX : delay;
    }
}

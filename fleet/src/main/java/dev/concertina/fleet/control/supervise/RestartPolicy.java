package dev.concertina.fleet.control.supervise;

import dev.concertina.fleet.control.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When to start again after a failure: the first time at once, then after 1 s, doubling to 30 s. A
 * release on trial is given up after {@link #TRIES} failures in a row; one that has served before
 * is tried on, because what broke it, such as its database, may come back, until it has ended too
 * often within a while.
 */
final class RestartPolicy {
    static final int TRIES = 5;

    /** Ready for this long, and earlier failures are forgiven. */
    static final Duration FORGIVEN_AFTER = Duration.ofSeconds(30);

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private RestartPolicy() {}

    /** Crashes before this moment are forgotten. */
    static Instant countedFrom(Optional<Settings.CrashLoop> loop, Instant now) {
        return now.minus(loop.map(Settings.CrashLoop::within).orElse(Duration.ZERO));
    }

    /** Why the slot is given up; empty while it is not. */
    static Optional<String> loop(Optional<Settings.CrashLoop> loop, Occupant occupant) {
        List<Instant> crashed = occupant.crashed();
        return loop.filter(l -> crashed.size() >= l.crashes())
                .map(_ ->
                        "crash loop: "
                                + crashed.size()
                                + " times within "
                                + Duration.between(crashed.getFirst(), crashed.getLast())
                                        .toSeconds()
                                + " s, ");
    }

    /** How long to wait after the failure with this number in a row, from 1. */
    static Duration pause(int failures) {
        if (failures <= 1) {
            return Duration.ZERO;
        }
        Duration doubled = FIRST.multipliedBy(1L << Math.min(failures - 2, 10));
        return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    }
}

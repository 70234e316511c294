package dev.concertina.fleet.control.supervise;

import java.time.Duration;

/**
 * When to start again after a failure: the first time at once, then after 1 s, doubling to 30 s. A
 * release on trial is given up after {@link #TRIES} failures in a row; one that has served before
 * is tried for ever, because what broke it, such as its database, may come back.
 */
final class RestartPolicy {
    static final int TRIES = 5;

    /** Ready for this long, and earlier failures are forgiven. */
    static final Duration FORGIVEN_AFTER = Duration.ofSeconds(30);

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private RestartPolicy() {}

    /** How long to wait after the failure with this number in a row, from 1. */
    static Duration pause(int failures) {
        if (failures <= 1) {
            return Duration.ZERO;
        }
        Duration doubled = FIRST.multipliedBy(1L << Math.min(failures - 2, 10));
        return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    }
}

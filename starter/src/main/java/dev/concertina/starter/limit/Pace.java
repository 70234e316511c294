package dev.concertina.starter.limit;

/**
 * GCRA in whole microseconds: one unit becomes free every step, and as many as the burst may be
 * saved up. Its whole state is how far the theoretical arrival time lies ahead of now (ITU-T I.371,
 * annex A). Rounding is always towards fewer requests.
 *
 * @param step microseconds until one more unit is free
 * @param burst units that may be taken at once
 */
record Pace(long step, long burst) {
    /** Tightening is written in thousandths. */
    static final int NORMAL = 1000;

    static Pace of(Rate rate, long burst) {
        return new Pace(Math.ceilDiv(rate.period().toNanos() / 1000, rate.count()), burst);
    }

    /** At so many thousandths of the rate and the burst; one request always fits. */
    Pace tightened(int permille, long cost) {
        return permille >= NORMAL
                ? this
                : new Pace(
                        Math.ceilDiv(step * NORMAL, permille),
                        Math.max(cost, burst * permille / NORMAL));
    }

    /** The part of one of so many instances; one request always fits. */
    Pace shared(int instances, long cost) {
        return new Pace(step * instances, Math.max(cost, burst / instances));
    }

    /** Microseconds until the whole burst is free again, after nothing was left. */
    long window() {
        return step * burst;
    }

    /** Units left when the theoretical arrival time is so many microseconds ahead. */
    long left(long ahead) {
        return Math.max(0, (window() - ahead) / step);
    }

    /** Microseconds until a request of this cost passes; zero or less when it passes now. */
    long waitFor(long ahead, long cost) {
        return ahead + step * cost - window();
    }
}

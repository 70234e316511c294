package dev.concertina.fleet.control.rollout;

/**
 * What the gateway counted of one release in one interval.
 *
 * @param requests that ended
 * @param errors of these: broken off, or answered with status 500 to 599
 * @param timed requests whose latency counts: those of instances that have warmed up
 * @param nanos sum of their times from claim to last byte
 */
public record Count(long requests, long errors, long timed, long nanos) {
    public static final Count NOTHING = new Count(0, 0, 0, 0);

    public Count plus(Count other) {
        return new Count(
                requests + other.requests,
                errors + other.errors,
                timed + other.timed,
                nanos + other.nanos);
    }

    double share() {
        return requests == 0 ? 0 : (double) errors / requests;
    }

    double meanMillis() {
        return timed == 0 ? 0 : nanos / 1e6 / timed;
    }
}

package dev.concertina.fleet.control;

/**
 * What the gateway has counted of one instance. Counters only grow while one gateway process runs.
 *
 * @param requests that ended
 * @param errors of these: broken off, or answered with status 500 to 599
 * @param nanos sum of their times
 */
public record Seen(long requests, long errors, long nanos) {
    static final Seen NOTHING = new Seen(0, 0, 0);

    public Seen plus(Seen other) {
        return new Seen(requests + other.requests, errors + other.errors, nanos + other.nanos);
    }

    /** What has come since; all of it where another gateway process counts anew. */
    Seen since(Seen before) {
        boolean anew = requests < before.requests || errors < before.errors || nanos < before.nanos;
        return anew
                ? this
                : new Seen(
                        requests - before.requests, errors - before.errors, nanos - before.nanos);
    }
}

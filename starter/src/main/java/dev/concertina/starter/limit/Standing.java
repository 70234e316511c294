package dev.concertina.starter.limit;

/**
 * How a request stands with one limit.
 *
 * @param name of its bucket
 * @param pace in force, tightened or shared
 * @param ahead microseconds the theoretical arrival time is ahead; after the request if it passed
 */
record Standing(Limit limit, String name, Pace pace, long ahead) {
    /** Microseconds until it would pass; zero or less: it is not this limit that refuses it. */
    long waitFor() {
        return pace.waitFor(ahead, limit.cost());
    }
}

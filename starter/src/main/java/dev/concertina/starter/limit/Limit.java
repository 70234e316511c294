package dev.concertina.starter.limit;

import java.util.regex.Pattern;

/**
 * One limit, wherever it was written.
 *
 * @param name of the endpoint class; part of the key and of the response fields
 * @param cost units one request counts for
 * @param key whom it counts for
 */
record Limit(String name, Pace pace, int cost, String key, Away whenAway) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final long WINDOW_MAX = 366L * 24 * 3600 * 1_000_000;

    /** A window saves up the burst of the slowest rate, so it must stay a number. */
    Limit {
        check(
                NAME.matcher(name).matches(),
                name,
                "may only hold letters, digits, '.', '_' and '-'");
        check(cost >= 1, name, "has a cost of " + cost + "; give it 1 or more");
        check(
                pace.burst() >= cost,
                name,
                "has a burst of " + pace.burst() + ", so no request of cost " + cost + " passes");
        check(
                pace.step() <= WINDOW_MAX / pace.burst(),
                name,
                "needs more than a year to refill; raise the rate or lower the burst");
    }

    /**
     * @param burst zero or less: as many as the rate's number, or one request's cost
     */
    static Limit of(String name, Rate rate, long burst, int cost, String key, Away whenAway) {
        long units = burst > 0 ? burst : Math.max(rate.count(), cost);
        return new Limit(name, Pace.of(rate, units), cost, key, whenAway);
    }

    private static void check(boolean holds, String name, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("The limit '" + name + "' " + otherwise + ".");
        }
    }
}

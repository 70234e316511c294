package dev.concertina.starter.database;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Hands on, where no request does, how new what is read must be: a job that is begun by a request
 * reads what the request wrote, also from a replica and on another instance.
 */
public final class Database {
    private final LongSupplier end;

    Database(LongSupplier end) {
        this.end = end;
    }

    /**
     * Where the primary's log ends: whatever was committed until now stands before it. 16
     * hexadecimal digits, to be put into a message or a job.
     */
    public String position() {
        return Position.digits(end.getAsLong());
    }

    /**
     * Reads nothing older than what was committed at that position.
     *
     * @throws IllegalArgumentException if that is no position
     */
    public <T> T after(String position, Supplier<T> reading) {
        long needed =
                Position.ofDigits(position)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "'"
                                                + position
                                                + "' is no position of Database.position()."));
        var freshness = new Freshness();
        freshness.need(needed);
        var before = Freshness.enter(freshness);
        try {
            return reading.get();
        } finally {
            Freshness.enter(before);
        }
    }
}

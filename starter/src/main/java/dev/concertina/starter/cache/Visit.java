package dev.concertina.starter.cache;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One request in one thread. It counts what it is given from near by itself, and says so when it is
 * over: a counter that all threads write costs a good part of what a read does.
 */
final class Visit {
    private final boolean caughtUp;
    private @Nullable LongAdder counter;
    private long count;

    /**
     * @param caughtUp whether it knows what became invalid before it began
     */
    Visit(boolean caughtUp) {
        this.caughtUp = caughtUp;
    }

    boolean hasCaughtUp() {
        return caughtUp;
    }

    void count(LongAdder at) {
        if (!at.equals(counter)) {
            close();
            counter = at;
        }
        count++;
    }

    /** Adds what was counted. */
    void close() {
        var last = counter;
        if (last != null) {
            last.add(count);
        }
        count = 0;
    }
}

package dev.concertina.starter.database;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Whether a replica is too far behind, from where the primary was at each look. A replica's own
 * clock of transactions says nothing while nobody writes. For one thread.
 */
final class Lag {
    private record Seen(long nanos, long position) {}

    private final Deque<Seen> seen = new ArrayDeque<>();
    private final Duration most;

    Lag(Duration most) {
        this.most = most;
    }

    void primaryAt(long position, long nowNanos) {
        seen.addLast(new Seen(nowNanos, position));
    }

    /**
     * @param look of the replica, not older than the last look at the primary
     */
    boolean isTooFar(Replica.Look look, long nowNanos) {
        // The last place that is old enough stays: it is what a replica must have reached.
        while (seen.size() > 1 && isOld(second(), nowNanos)) {
            seen.removeFirst();
        }
        if (seen.isEmpty()) {
            return look.behind().compareTo(most) > 0;
        }
        // Having reached a place, it is no further behind than that was seen.
        return look.replayed() < seen.getFirst().position()
                && (isOld(seen.getFirst(), nowNanos) || look.behind().compareTo(most) > 0);
    }

    private Seen second() {
        var all = seen.iterator();
        all.next();
        return all.next();
    }

    private boolean isOld(Seen one, long nowNanos) {
        return nowNanos - one.nanos() >= most.toNanos();
    }
}

package dev.concertina.starter.limit;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Moments in the near future by name, forgotten when they have come. Bounded: when full, those that
 * come soonest make room. Safe for use by many threads.
 */
final class Remembered {
    private final int max;
    private final Map<String, Long> moments = new HashMap<>();

    Remembered(int max) {
        this.max = max;
    }

    /** Nanoseconds left until the moment of this name; 0 when there is none or it has come. */
    synchronized long left(String name, long now) {
        var moment = moments.get(name);
        return moment == null ? 0 : Math.max(0, moment - now);
    }

    synchronized void put(String name, long now, long left) {
        if (moments.size() >= max && !moments.containsKey(name)) {
            makeRoom(now);
        }
        moments.put(name, now + left);
    }

    private void makeRoom(long now) {
        moments.values().removeIf(moment -> moment - now <= 0);
        // An eighth at once, so that the walk is paid for by many.
        var rest = moments.size() - (max - Math.max(1, max / 8));
        if (rest > 0) {
            long nth = moments.values().stream().sorted().skip(rest - 1L).findFirst().orElse(now);
            for (Iterator<Long> all = moments.values().iterator(); all.hasNext() && rest > 0; ) {
                if (all.next() <= nth) {
                    all.remove();
                    rest--;
                }
            }
        }
    }

    synchronized void clear() {
        moments.clear();
    }

    synchronized int size() {
        return moments.size();
    }
}

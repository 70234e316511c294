package dev.concertina.gateway.limit;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What clients owe one limit, in a table of fixed size that all event loops share without a lock.
 *
 * <p>GCRA: for each client the time at which it would have paid for all it asked so far, in
 * nanoseconds. Whoever is past that time owes nothing, and forgetting such a client changes
 * nothing. So the place of a new client is one whose owner owes nothing, or else, the least: many
 * addresses push out each other long before one that is at its limit. Which clients share a bucket
 * of eight depends on a random seed.
 *
 * <p>How exact: a client's time changes by compare-and-set only. When several loops meet a client
 * that is not in the table at the same instant, each may give it a place of its own, and one of
 * these stays unread: at most the requests that were allowed at that instant, one for each loop,
 * are not counted. When a client takes the place of one that owes something, a request of either in
 * the same instant may see the other's time.
 */
final class Debts {
    private static final int WAYS = 8;
    private static final long NOBODY = 0;

    /** The time of a place that nobody has used: owes nothing, wherever the clock begins. */
    private static final long NEVER = Long.MIN_VALUE;

    private final long seed;
    private final int mask;
    private final AtomicLongArray clients;
    private final AtomicLongArray paidAt;

    /**
     * @param places how many clients are remembered; a power of two, at least 8
     */
    Debts(int places, long seed) {
        if (places < WAYS || Integer.bitCount(places) != 1) {
            throw new IllegalArgumentException(
                    "places is " + places + ". Use a power of two, at least " + WAYS);
        }
        this.seed = seed;
        mask = places / WAYS - 1;
        clients = new AtomicLongArray(places);
        paidAt = new AtomicLongArray(places);
        for (int place = 0; place < places; place++) {
            paidAt.setPlain(place, NEVER);
        }
    }

    /** How long until the client owes no more than the tolerance; 0 if that is so now. */
    long wait(long client, long tolerance, long now) {
        int place = find(client);
        return place < 0 ? 0 : Math.max(0, owed(paidAt.get(place), now) - tolerance);
    }

    /**
     * Adds to what the client owes, unless it owes more than the tolerance.
     *
     * @return 0 if that was done, else how long until it could be
     */
    long take(long client, long cost, long tolerance, long now) {
        while (true) {
            int place = find(client);
            if (place < 0) {
                place = settle(client, now);
            }
            long before = paidAt.get(place);
            long owed = owed(before, now);
            if (owed > tolerance) {
                return owed - tolerance;
            }
            if (paidAt.compareAndSet(place, before, used(now + owed + cost))
                    && clients.get(place) == client) {
                return 0;
            }
        }
    }

    /** Takes back what {@link #take} added. */
    void giveBack(long client, long cost) {
        int place = find(client);
        if (place >= 0) {
            paidAt.updateAndGet(place, at -> at == NEVER ? NEVER : used(at - cost));
        }
    }

    /** Compared by difference: the clock may begin anywhere. */
    private static long owed(long paidAt, long now) {
        return paidAt == NEVER ? 0 : Math.max(0, paidAt - now);
    }

    private static long used(long time) {
        return time == NEVER ? NEVER + 1 : time;
    }

    private int find(long client) {
        int first = bucket(client);
        for (int place = first; place < first + WAYS; place++) {
            if (clients.get(place) == client) {
                return place;
            }
        }
        return -1;
    }

    /** Gives the client the place of whoever owes least, free of debt. */
    private int settle(long client, long now) {
        int first = bucket(client);
        while (true) {
            int place = poorest(first, now);
            long owner = clients.get(place);
            long owes = paidAt.get(place);
            if (owner == client) {
                return place;
            }
            if (clients.compareAndSet(place, owner, client)) {
                if (owed(owes, now) > 0) {
                    // Fails if a request of the new client was faster, which then counted itself.
                    paidAt.compareAndSet(place, owes, used(now));
                }
                return place;
            }
        }
    }

    private int poorest(int first, long now) {
        int poorest = first;
        long least = Long.MAX_VALUE;
        for (int place = first; place < first + WAYS; place++) {
            if (clients.get(place) == NOBODY) {
                return place;
            }
            long owes = paidAt.get(place) - now;
            if (owes < least) {
                least = owes;
                poorest = place;
            }
        }
        return poorest;
    }

    private int bucket(long client) {
        long mixed = (client ^ seed) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27) ^ (seed >>> 11)) * 0x94D049BB133111EBL;
        return (int) ((mixed >>> 32) & mask) * WAYS;
    }
}

package dev.concertina.gateway.route;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Gives new targets of a group less than their full share: at first a tenth, then as much as their
 * service time has come near to what the others show, and at least as much as their time is up.
 * Each choice grants a new target a part of one request, so its share holds with every way of
 * balancing. Where no target is established nobody is held back.
 *
 * <p>Times are nanoseconds of the caller's clock. Shared by all event loops, without locks.
 */
final class SlowStart {
    static final double SHARE_MIN = 0.1;

    /** From here on a target counts as fast as the others. */
    static final double AS_FAST = 0.8;

    static final long REVIEW_NANOS = 50_000_000L;

    private static final long ONE = 1 << 20;
    private static final long FULL = -1;
    private static final long[] NOBODY = {};

    private final TargetState[] targets;
    private final int[] weights;
    private final long weightsTotal;
    private final AtomicLongArray credits;
    private final AtomicLong reviewAt;

    /** What one choice grants each target; {@link #FULL} where it is not held back. */
    private volatile long[] grants;

    SlowStart(TargetState[] targets, int[] weights, long now) {
        this.targets = targets;
        this.weights = weights;
        this.weightsTotal = Arrays.stream(weights).asLongStream().sum();
        this.credits = new AtomicLongArray(targets.length);
        this.reviewAt = new AtomicLong(now);
        this.grants = anyWarming(now) ? new long[targets.length] : NOBODY;
        for (int i = 0; i < targets.length; i++) {
            // None waits for its first request.
            credits.set(i, ONE);
        }
        if (isOn()) {
            review(now);
        }
    }

    private boolean anyWarming(long now) {
        return Arrays.stream(targets).anyMatch(target -> target.warming(now));
    }

    /** Whether there is a target that has not got its full share yet. */
    boolean isOn() {
        return grants.length > 0;
    }

    /** Begins a choice; true when some target may be held back in it. */
    boolean begin(long now) {
        long[] granted = grants;
        if (granted.length == 0) {
            return false;
        }
        long due = reviewAt.get();
        if (now - due >= 0 && reviewAt.compareAndSet(due, now + REVIEW_NANOS)) {
            granted = review(now);
        }
        for (int i = 0; i < granted.length; i++) {
            // A little more than one, so that nothing is lost while it waits for its turn.
            if (granted[i] != FULL && credits.get(i) < 2 * ONE) {
                credits.addAndGet(i, granted[i]);
            }
        }
        return granted.length > 0;
    }

    /** Whether the target has had its part for now. */
    boolean refuses(int index) {
        long[] granted = grants;
        return granted.length > 0 && granted[index] != FULL && credits.get(index) < ONE;
    }

    void took(int index) {
        long[] granted = grants;
        if (granted.length > 0 && granted[index] != FULL) {
            credits.addAndGet(index, -ONE);
        }
    }

    private long[] review(long now) {
        long[] next = NOBODY;
        if (anyWarming(now)) {
            next = new long[targets.length];
            Arrays.fill(next, FULL);
            long others = median(now);
            boolean established =
                    Arrays.stream(targets).anyMatch(t -> !t.draining() && !t.warming(now));
            for (int i = 0; i < targets.length; i++) {
                double share = established ? share(targets[i], others, now) : 1;
                if (share < 1) {
                    next[i] = Math.max(1, (long) (ONE * share * weights[i] / weightsTotal));
                }
            }
        }
        grants = next;
        return next;
    }

    /** What established targets take; 0 while nothing is known. */
    private long median(long now) {
        long[] means =
                Arrays.stream(targets)
                        .filter(target -> !target.warming(now))
                        .mapToLong(target -> target.serviceTime().meanNanos())
                        .filter(mean -> mean > 0)
                        .sorted()
                        .toArray();
        return means.length == 0 ? 0 : means[means.length / 2];
    }

    private static double share(TargetState target, long others, long now) {
        if (!target.warming(now)) {
            return 1;
        }
        double share = Math.max(SHARE_MIN, target.warmedFor(now));
        ServiceTime own = target.serviceTime();
        if (others == 0 || !own.isSettled()) {
            return share;
        }
        double speed = (double) others / Math.max(1, own.meanNanos());
        if (speed >= AS_FAST) {
            target.warmed();
            return 1;
        }
        return Math.max(share, speed);
    }
}

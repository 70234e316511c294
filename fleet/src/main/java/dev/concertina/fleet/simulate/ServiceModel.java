package dev.concertina.fleet.simulate;

import java.time.Duration;

/**
 * How one instance behaves under traffic. What exceeds its CPU allowance is a miss, there is no
 * queue, though the CPU it uses may exceed it. While it starts and warms up it uses all of its
 * allowance.
 *
 * @param limit of the CPU it can use, as a share of its allowance, 1 or more; infinite: none
 * @param startDelay from the decision to the first request it can serve
 * @param warmUp how long after that its CPU is still busy with itself
 * @param drain how long it lives on after it stopped taking requests
 * @param memoryIdle bytes without traffic
 * @param memoryBusy bytes at capacity; in between it grows with the traffic
 */
public record ServiceModel(
        Cost cost,
        double limit,
        Duration startDelay,
        Duration warmUp,
        Duration drain,
        long memoryIdle,
        long memoryBusy) {

    public ServiceModel {
        if (!(limit >= 1)) {
            throw new IllegalArgumentException(
                    "limit is " + limit + " allowances. Give 1 or more.");
        }
        requireNotNegative("start delay", startDelay);
        requireNotNegative("warm-up", warmUp);
        requireNotNegative("drain", drain);
        if (memoryIdle < 0 || memoryBusy < memoryIdle) {
            throw new IllegalArgumentException(
                    "memory is %d bytes idle and %d busy. Give 0 or more, busy not below idle."
                            .formatted(memoryIdle, memoryBusy));
        }
    }

    /** Never uses more CPU than its allowance, no memory to speak of, and leaves at once. */
    public static ServiceModel of(double capacity, Duration startDelay, Duration warmUp) {
        return new ServiceModel(
                Cost.proportional(capacity), 1, startDelay, warmUp, Duration.ZERO, 0, 0);
    }

    private static void requireNotNegative(String what, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(what + " is " + duration + ". Give 0 or more.");
        }
    }
}

package dev.concertina.fleet.simulate;

import java.time.Duration;

/**
 * How one instance behaves under traffic. Its load is proportional to the requests it serves; what
 * exceeds its capacity is a miss, there is no queue. While it starts and warms up it uses all of
 * its CPU allowance.
 *
 * @param capacity requests/s at 100 % of its CPU allowance
 * @param startDelay from the decision to the first request it can serve
 * @param warmUp how long after that its CPU is still busy with itself
 * @param drain how long it lives on after it stopped taking requests
 * @param memoryIdle bytes without traffic
 * @param memoryBusy bytes at capacity; in between it grows with the traffic
 */
public record ServiceModel(
        double capacity,
        Duration startDelay,
        Duration warmUp,
        Duration drain,
        long memoryIdle,
        long memoryBusy) {

    public ServiceModel {
        if (!(capacity > 0 && capacity < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "capacity is " + capacity + ". Give requests/s above 0.");
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

    /** Uses no memory to speak of and leaves at once. */
    public static ServiceModel of(double capacity, Duration startDelay, Duration warmUp) {
        return new ServiceModel(capacity, startDelay, warmUp, Duration.ZERO, 0, 0);
    }

    private static void requireNotNegative(String what, Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(what + " is " + duration + ". Give 0 or more.");
        }
    }
}

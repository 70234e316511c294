package dev.concertina.gateway.route;

/**
 * How long a target takes to answer of late: a mean that forgets. Written by all event loops
 * without a lock; an update that is lost changes nothing that matters.
 */
final class ServiceTime {
    private static final int REMEMBERED = 8;
    private static final int ENOUGH = 16;

    private volatile long meanNanos;
    private volatile int samples;

    void record(long nanos) {
        int before = samples;
        long mean = meanNanos;
        meanNanos = mean + (nanos - mean) / Math.min(before + 1, REMEMBERED);
        samples = Math.min(before + 1, ENOUGH);
    }

    /** 0 before the first. */
    long meanNanos() {
        return meanNanos;
    }

    /** Whether it says more than the first few did. */
    boolean isSettled() {
        return samples == ENOUGH;
    }
}

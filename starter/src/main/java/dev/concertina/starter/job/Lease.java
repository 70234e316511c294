package dev.concertina.starter.job;

/**
 * That this instance may work, until a time on this JVM's monotonic clock that is no later than the
 * one the store has.
 *
 * @param owner as the store knows it
 * @param untilNanos as {@link System#nanoTime}
 */
record Lease(long owner, long untilNanos) {
    boolean holds(long nanos) {
        return untilNanos - nanos > 0;
    }
}

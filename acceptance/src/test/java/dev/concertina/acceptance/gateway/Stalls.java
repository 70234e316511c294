package dev.concertina.acceptance.gateway;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How long nothing ran on this machine or in this JVM, so that a test does not take for a burst
 * what merely waited for a processor.
 */
final class Stalls implements AutoCloseable {
    private static final long BEAT_NANOS = 5_000_000;

    private final AtomicLong longest = new AtomicLong();
    private volatile boolean over;

    Stalls() {
        Thread.ofPlatform().daemon().name("stalls").start(this::beat);
    }

    private void beat() {
        for (long last = System.nanoTime(); !over; ) {
            LockSupport.parkNanos(BEAT_NANOS);
            long now = System.nanoTime();
            longest.accumulateAndGet(now - last - BEAT_NANOS, Math::max);
            last = now;
        }
    }

    /** The longest since it was last asked. */
    Duration longest() {
        return Duration.ofNanos(longest.getAndSet(0));
    }

    @Override
    public void close() {
        over = true;
    }
}

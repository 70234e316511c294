package dev.concertina.starter.job;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes one thread that waits; many calls before it looks are one. */
final class Signal {
    private final Semaphore given = new Semaphore(0);

    void give() {
        if (given.availablePermits() == 0) {
            given.release();
        }
    }

    /** Until it is given, or the time is over. */
    void await(Duration patience) throws InterruptedException {
        if (given.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            given.drainPermits();
        }
    }
}

package dev.concertina.fleet.time;

import java.time.Duration;
import java.time.Instant;

/**
 * The clock and the alarm. Whoever waits asks this port, so that a simulation owns every wait. The
 * real one is {@code SystemTime}, the simulated one is in the testkit.
 */
public interface Time {
    /** Wall clock. */
    Instant now();

    /**
     * Runs the task once, {@code delay} from now, on a thread of the implementation. The task must
     * not block: it posts to a mailbox or completes a future.
     */
    Alarm after(Duration delay, Runnable task);

    /** A task that has not run yet. */
    interface Alarm {
        /** Has no effect once the task has begun. */
        void cancel();
    }
}

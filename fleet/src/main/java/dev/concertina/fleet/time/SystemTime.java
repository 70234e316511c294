package dev.concertina.fleet.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The machine's clock, and one daemon thread for all alarms. */
public final class SystemTime implements Time {
    private final ScheduledThreadPoolExecutor alarms =
            new ScheduledThreadPoolExecutor(
                    1, task -> Thread.ofPlatform().daemon().name("alarms").unstarted(task));

    public SystemTime() {
        alarms.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Alarm after(Duration delay, Runnable task) {
        ScheduledFuture<?> alarm =
                alarms.schedule(task, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
        return () -> alarm.cancel(false);
    }
}

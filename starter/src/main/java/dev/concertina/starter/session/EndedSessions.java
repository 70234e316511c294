package dev.concertina.starter.session;

import dev.concertina.starter.request.Outage;
import jakarta.servlet.ServletContext;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Looks for sessions that ended by themselves and tells the application of each. All instances do,
 * at times of their own; the store hands each session to one of them.
 */
final class EndedSessions implements SmartLifecycle {
    static final Duration LEASE = Duration.ofMinutes(2);

    private static final Logger log = LoggerFactory.getLogger(EndedSessions.class);
    private static final int LOOKED_AT = 100;
    private static final Duration REST = Duration.ofMillis(20);
    private static final Duration STOP = Duration.ofSeconds(2);

    private final Sessions sessions;
    private final Supplier<ServletContext> context;
    private final Clock clock;
    private final RandomGenerator random;
    private final Duration every;
    private volatile @Nullable ScheduledExecutorService timer;

    /**
     * @param every how often on average; nothing is looked for when it is not positive
     */
    EndedSessions(
            Sessions sessions,
            Supplier<ServletContext> context,
            Clock clock,
            RandomGenerator random,
            Duration every) {
        this.sessions = sessions;
        this.context = context;
        this.clock = clock;
        this.random = random;
        this.every = every;
    }

    /**
     * Takes some and tells of them.
     *
     * @return whether there may be more
     */
    boolean sweep() {
        var batch = sessions.takeEnded(LOOKED_AT, LEASE);
        // Whoever listens may be slow. What is not told in time somebody else is handed later.
        var until = clock.instant().plus(LEASE.dividedBy(2));
        for (var ended : batch.sessions()) {
            if (!clock.instant().isBefore(until)) {
                return true;
            }
            sessions.tell(ended, context.get());
        }
        return batch.more();
    }

    @Override
    public synchronized void start() {
        if (timer != null || !every.isPositive()) {
            return;
        }
        var made =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("concertina-sessions").factory());
        timer = made;
        again(made, wait(every));
    }

    private void again(ScheduledExecutorService on, Duration wait) {
        try {
            var unused = on.schedule(() -> turn(on), wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("no more sessions are looked for: the application ends");
        }
    }

    private void turn(ScheduledExecutorService on) {
        boolean more = false;
        try {
            more = sweep();
        } catch (Outage e) {
            log.debug("sessions that ended wait until the store is back");
        } catch (RuntimeException e) {
            log.warn("looking for sessions that ended failed; it is tried again", e);
        }
        again(on, more ? REST : wait(every));
    }

    private Duration wait(Duration mean) {
        return Duration.ofMillis((long) (mean.toMillis() * (0.5 + random.nextDouble())));
    }

    @Override
    public synchronized void stop() {
        var running = timer;
        timer = null;
        if (running == null) {
            return;
        }
        running.shutdownNow();
        try {
            if (!running.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                log.info("a listener is still told of a session that ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return timer != null;
    }
}

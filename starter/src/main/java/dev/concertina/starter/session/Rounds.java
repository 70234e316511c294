package dev.concertina.starter.session;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Does something again and again, half to one and a half times as often as told, by chance. */
final class Rounds implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Rounds.class);
    private static final Duration REST = Duration.ofMillis(20);
    private static final Duration STOP = Duration.ofSeconds(2);

    private final String what;
    private final Duration every;
    private final RandomGenerator random;
    private final BooleanSupplier turn;
    private volatile @Nullable ScheduledExecutorService timer;

    /**
     * @param what is done, for the log
     * @param every nothing is done when it is not positive
     * @param turn says whether there is more to do at once
     */
    Rounds(String what, Duration every, RandomGenerator random, BooleanSupplier turn) {
        this.what = what;
        this.every = every;
        this.random = random;
        this.turn = turn;
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
            log.debug("no more {}: the application ends", what);
        }
    }

    private void turn(ScheduledExecutorService on) {
        boolean more = false;
        try {
            more = turn.getAsBoolean();
        } catch (Outage e) {
            log.debug("{} waits until the store is back", what);
        } catch (RuntimeException e) {
            log.warn("{} failed; it is tried again", what, e);
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
                log.info("{} is not over yet", what);
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

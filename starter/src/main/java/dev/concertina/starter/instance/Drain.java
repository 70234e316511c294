package dev.concertina.starter.instance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One ordered end of an instance, against one deadline. Each phase is called once, in order. */
final class Drain {
    private static final Logger log = LoggerFactory.getLogger(Drain.class);

    private final Duration delay;
    private final Duration within;
    private final Traffic traffic;
    private final LongSupplier nanos;
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile long began;
    private volatile long streamsEnded;

    Drain(Duration delay, Duration within, Traffic traffic, LongSupplier nanos) {
        this.delay = delay;
        this.within = within;
        this.traffic = traffic;
        this.nanos = nanos;
        this.began = nanos.getAsLong();
    }

    Duration within() {
        return within;
    }

    /** Readiness is down. */
    void begin() {
        began = nanos.getAsLong();
        traffic.leave();
        log.info(
                "Drain begins: {} requests are being answered; all within {} s.",
                traffic.active(),
                within.toSeconds());
    }

    /** Goes on serving, so that balancers can see that readiness is down. */
    @SuppressWarnings("ResultOfMethodCallIgnored")
    void delay() {
        long started = nanos.getAsLong();
        var wait = delay.compareTo(left()) < 0 ? delay : left();
        try {
            var unused = never.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.info("Drain, delay: over after {} ms.", millisSince(started));
    }

    void streams(List<DrainStep> steps) {
        run(steps);
        streamsEnded = nanos.getAsLong();
    }

    /** The web server has waited for its requests. */
    void work(List<DrainStep> steps) {
        long took = millisSince(streamsEnded);
        int left = traffic.active();
        if (left == 0) {
            log.info("Drain, requests: all answered after {} ms.", took);
        } else {
            log.warn("Drain, requests: {} are not answered after {} ms and are cut.", left, took);
        }
        run(steps);
    }

    void stores(List<DrainStep> steps) {
        run(steps);
        log.info("Drain ends after {} ms; connections to stores close.", millisSince(began));
    }

    private Duration left() {
        var left = within.minusNanos(nanos.getAsLong() - began);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private long millisSince(long from) {
        return (nanos.getAsLong() - from) / 1_000_000;
    }

    private void run(List<DrainStep> steps) {
        if (steps.isEmpty()) {
            return;
        }
        var left = left();
        var threads = Thread.ofVirtual().name("concertina-drain-", 0).factory();
        try (var executor = new Unwaiting(Executors.newThreadPerTaskExecutor(threads))) {
            var tasks =
                    steps.stream().<Callable<String>>map(step -> () -> step.drain(left)).toList();
            long started = nanos.getAsLong();
            var results = executor.all().invokeAll(tasks, left.toMillis(), TimeUnit.MILLISECONDS);
            for (int i = 0; i < steps.size(); i++) {
                tell(steps.get(i).name(), results.get(i), millisSince(started));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tell(String name, Future<String> result, long took)
            throws InterruptedException {
        if (result.isCancelled()) {
            log.warn("Drain, {}: no end after {} ms; it is left.", name, took);
            return;
        }
        try {
            log.info("Drain, {}: {} after {} ms.", name, result.get(), took);
        } catch (ExecutionException e) {
            log.warn("Drain, {}: failed after {} ms.", name, took, e.getCause());
        }
    }

    /** Leaves behind what does not end: closing an executor would wait for it. */
    private record Unwaiting(java.util.concurrent.ExecutorService all) implements AutoCloseable {
        @Override
        public void close() {
            var unused = all.shutdownNow();
        }
    }
}

package dev.concertina.starter.file;

import dev.concertina.starter.request.Outage;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets uploads nobody finished, every instance at its own time. */
final class FileCleaner implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileCleaner.class);

    private final FileStore store;
    private final FileStatistics statistics;
    private final Duration unfinished;
    private final Duration every;
    private final Clock clock;
    private final RandomGenerator chance;
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("concertina-files").daemon().factory());

    FileCleaner(
            FileStore store,
            FileStatistics statistics,
            Duration unfinished,
            Duration every,
            Clock clock,
            RandomGenerator chance) {
        this.store = store;
        this.statistics = statistics;
        this.unfinished = unfinished;
        this.every = every;
        this.clock = clock;
        this.chance = chance;
        if (every.isPositive()) {
            next();
        }
    }

    private void next() {
        long wait = every.toMillis() / 2 + chance.nextLong(every.toMillis());
        try {
            var unused = worker.schedule(this::clean, wait, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("nothing more is cleaned: the application ends");
        }
    }

    private void clean() {
        try {
            int count = store.clean(clock.instant().minus(unfinished));
            statistics.cleaned.add(count);
            if (count > 0) {
                log.info("{} uploads that nobody finished are forgotten.", count);
            }
        } catch (Outage e) {
            log.debug("unfinished uploads are forgotten later: {}", e.getMessage());
        } finally {
            next();
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}

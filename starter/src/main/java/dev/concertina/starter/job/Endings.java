package dev.concertina.starter.job;

import dev.concertina.starter.request.Outage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes how attempts ended, many at a time, until the store has answered: a claim nobody gives back
 * would be waited for as long as this instance lives.
 */
final class Endings {
    private static final Logger log = LoggerFactory.getLogger(Endings.class);
    private static final int MANY = 500;
    private static final long AGAIN_MS = 200;

    private final BlockingQueue<Noted> noted = new LinkedBlockingQueue<>();
    private final JobStore store;
    private final Consumer<Held> over;
    private final Thread thread;
    private volatile boolean open = true;

    private record Noted(Held held, Ending ending) {}

    /**
     * @param over told when this instance has no more to do with a claim
     */
    Endings(JobStore store, Consumer<Held> over) {
        this.store = store;
        this.over = over;
        this.thread = Thread.ofPlatform().daemon().name("concertina-jobs-end").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void add(Held held, Ending ending) {
        noted.add(new Noted(held, ending));
    }

    private void run() {
        var batch = new ArrayList<Noted>();
        while (open || !noted.isEmpty()) {
            try {
                var first = noted.poll(100, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                noted.drainTo(batch, MANY - 1);
                note(batch);
                batch.clear();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void note(List<Noted> batch) throws InterruptedException {
        while (!noted(batch)) {
            if (batch.size() > 1) {
                // One of them may be what the store refuses.
                for (var one : batch) {
                    if (!noted(List.of(one))) {
                        noted.add(one);
                    }
                }
                return;
            }
            if (!open) {
                return;
            }
            Thread.sleep(AGAIN_MS);
        }
    }

    private boolean noted(List<Noted> batch) {
        try {
            store.end(batch.stream().map(Noted::ending).toList());
            batch.forEach(one -> over.accept(one.held()));
            return true;
        } catch (Outage e) {
            log.debug("how {} jobs ended is noted later: {}", batch.size(), e.getMessage());
            return false;
        }
    }

    /** Notes what there is, as far as the store answers, and ends. */
    void close(long withinMillis) throws InterruptedException {
        open = false;
        thread.join(Math.max(1, withinMillis));
        thread.interrupt();
    }
}

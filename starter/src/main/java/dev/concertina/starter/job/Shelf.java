package dev.concertina.starter.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/** What this instance has claimed: waiting for a worker, being done, and being noted as done. */
final class Shelf {
    private static final Duration AHEAD = Duration.ofMillis(25);
    private static final int AHEAD_MAX = 200;

    private final BlockingQueue<Held> waiting = new LinkedBlockingQueue<>();
    private final Map<Long, Held> all = new ConcurrentHashMap<>();
    private final AtomicIntegerArray byLane;
    private final AtomicInteger count = new AtomicInteger();
    private final int workers;
    private volatile double meanNanos;

    Shelf(int lanes, int workers) {
        this.byLane = new AtomicIntegerArray(lanes);
        this.workers = workers;
    }

    void add(Held held) {
        all.put(held.claim().fence(), held);
        byLane.incrementAndGet(held.lane());
        count.incrementAndGet();
        waiting.add(held);
    }

    @Nullable Held take(Duration patience) throws InterruptedException {
        return waiting.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** It is over, whatever became of it. */
    void remove(Held held) {
        if (all.remove(held.claim().fence()) != null) {
            byLane.decrementAndGet(held.lane());
            count.decrementAndGet();
        }
    }

    /** Those no worker has begun; they are not given to one any more. */
    List<Held> withdraw(long beforeNanos) {
        var withdrawn = new ArrayList<Held>();
        waiting.removeIf(held -> {
            boolean old = held.sinceNanos() - beforeNanos < 0;
            if (old) {
                withdrawn.add(held);
            }
            return old;
        });
        return withdrawn;
    }

    int held(int lane) {
        return byLane.get(lane);
    }

    int held() {
        return count.get();
    }

    int waiting() {
        return waiting.size();
    }

    Collection<Long> fences() {
        return List.copyOf(all.keySet());
    }

    void took(long nanos) {
        double mean = meanNanos;
        meanNanos = mean == 0 ? nanos : mean + (nanos - mean) / 16;
    }

    /**
     * How many to have waiting so that workers need not: as many as are done in a moment. None
     * where jobs take longer, so that another instance may have them.
     */
    int ahead() {
        double mean = meanNanos;
        return mean == 0 ? 0 : (int) Math.min(AHEAD_MAX, workers * AHEAD.toNanos() / mean);
    }
}

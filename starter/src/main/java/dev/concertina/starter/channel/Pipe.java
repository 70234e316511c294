package dev.concertina.starter.channel;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits to be written to one client. A thread is there only while there is something to write.
 * It holds so much and no more: a client that does not take it is told to come back, and finds the
 * rest in the history.
 */
final class Pipe implements Teller {
    private static final Logger log = LoggerFactory.getLogger(Pipe.class);
    private static final long LOOK_NANOS = 1_000_000;

    /** Where pipes are written, a thread for each, and what wakes those that are silent. */
    record Works(Executor writers, ScheduledExecutorService clock) {}

    private final Outlet outlet;
    private final int max;
    private final Counters counters;
    private final long beatNanos;
    private final long deadline;
    private final Works works;
    private final LinkedBlockingQueue<Outlet.Word> queue;

    /** Of whoever writes; one at a time, and nobody after the end. */
    private final AtomicBoolean writing = new AtomicBoolean(true);

    private final AtomicBoolean ending = new AtomicBoolean();
    private volatile boolean gone;
    private volatile boolean over;
    private volatile boolean beatDue;
    private volatile long wroteNanos = System.nanoTime();
    private volatile Ending why = Ending.LEAVING;
    private volatile Duration retry = Duration.ZERO;
    private volatile Runnable after = () -> {};

    /**
     * @param max what may wait
     * @param beat longest silence
     * @param life after which it ends
     */
    Pipe(Outlet outlet, Counters counters, int max, Duration beat, Duration life, Works works) {
        this.outlet = outlet;
        this.counters = counters;
        this.beatNanos = beat.toNanos();
        this.max = max;
        this.works = works;
        // Not all at the same moment, those who came at the same.
        long nanos = life.toNanos() - Chance.upTo(life.toNanos() / 4);
        this.deadline = System.nanoTime() + nanos;
        this.queue = new LinkedBlockingQueue<>(max);
    }

    /**
     * Begins to write.
     *
     * @param after runs once when it is over, however it ends
     */
    void start(Runnable after) {
        this.after = after;
        writing.set(false);
        wake();
        lookLater(System.nanoTime(), beatNanos);
    }

    /** Without waiting: what does not fit ends the connection. */
    @Override
    public void offer(Room room, Told told) {
        if (ending.get()) {
            return;
        }
        if (queue.offer(new Outlet.Word(room, told))) {
            wake();
        } else {
            counters.slow.increment();
            // What waits is still written, so that each time brings the client further.
            var unused = end(Ending.SLOW, Duration.ZERO);
        }
    }

    @Override
    public void awaitRoom() {
        while (!ending.get() && queue.size() > max - ChannelStore.PAGE) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Ends it after what waits was written. */
    boolean end(Ending why, Duration retry) {
        if (!ending.compareAndSet(false, true)) {
            return false;
        }
        this.why = why;
        this.retry = retry;
        wake();
        return true;
    }

    /** The client is gone. */
    void gone() {
        gone = true;
        ending.set(true);
        wake();
    }

    private void wake() {
        if (writing.compareAndSet(false, true)) {
            works.writers().execute(this::write);
        }
    }

    private void write() {
        try {
            do {
                if (!written()) {
                    if (!gone) {
                        outlet.end(why, retry);
                    }
                    close();
                    return;
                }
                writing.set(false);
                // Whoever came since the last look found somebody writing.
            } while (isWanted() && writing.compareAndSet(false, true));
        } catch (IOException | IllegalStateException e) {
            log.debug("a subscriber is gone", e);
            close();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private boolean isWanted() {
        return !queue.isEmpty() || ending.get() || beatDue;
    }

    /**
     * Writes what there is.
     *
     * @return whether there may be more
     */
    private boolean written() throws IOException {
        var words = new ArrayList<Outlet.Word>();
        while (!gone && queue.drainTo(words) > 0) {
            outlet.write(words);
            wroteNanos = System.nanoTime();
            count(words);
            words.clear();
        }
        if (ending.get()) {
            // What was offered just before the end is written yet.
            return !gone && !queue.isEmpty();
        }
        if (beatDue) {
            beatDue = false;
            outlet.beat();
            wroteNanos = System.nanoTime();
        }
        return true;
    }

    private void close() {
        over = true;
        ending.set(true);
        queue.clear();
        outlet.close();
        after.run();
    }

    private void lookLater(long now, long silent) {
        long wait = Math.max(1, Math.min(silent, deadline - now));
        try {
            var unused = works.clock().schedule(this::look, wait, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("nobody is told any more that a connection lives");
        }
    }

    private void look() {
        if (over) {
            return;
        }
        long now = System.nanoTime();
        if (now - deadline >= 0) {
            var first = end(Ending.EXPIRED, Duration.ZERO);
            log.debug("a subscription has lasted its time: {}", first);
            return;
        }
        long left = wroteNanos + beatNanos - now;
        if (left <= 0) {
            beatDue = true;
            wake();
            left = beatNanos;
        }
        lookLater(now, left);
    }

    private void count(List<Outlet.Word> words) {
        long now = System.nanoTime();
        for (var word : words) {
            if (word.told() instanceof Told.Message(Publication publication)) {
                counters.delivered(now - publication.heardNanos());
            } else if (word.told() instanceof Told.Reset) {
                counters.resets.increment();
            }
        }
    }
}

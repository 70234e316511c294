package dev.concertina.starter.channel;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the history for a sequence that is behind, until it is not. The sequence belongs to the
 * lock; nothing is read under it.
 */
final class Catching {
    private static final Logger log = LoggerFactory.getLogger(Catching.class);
    private static final Duration WAIT = Duration.ofMillis(100);
    private static final Duration WAIT_MAX = Duration.ofSeconds(1);

    /** Makes one for a sequence of the same channel. */
    interface Maker {
        Catching make(Sequence sequence, Runnable awaitRoom, Runnable done);
    }

    private final Room room;
    private final Sequence sequence;
    private final ChannelStore store;
    private final ReentrantLock lock;
    private final Executor background;
    private final Runnable awaitRoom;
    private final Runnable done;
    private volatile int turn;

    /**
     * @param background where the history is read
     * @param awaitRoom waits until somebody takes what is read
     * @param done told under the lock when nothing is missed any more
     */
    Catching(
            Room room,
            Sequence sequence,
            ChannelStore store,
            ReentrantLock lock,
            Executor background,
            Runnable awaitRoom,
            Runnable done) {
        this.room = room;
        this.sequence = sequence;
        this.store = store;
        this.lock = lock;
        this.background = background;
        this.awaitRoom = awaitRoom;
        this.done = done;
    }

    /** Begins anew, under the lock: what an earlier reading finds does not count any more. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer: whoever holds the lock.
    void begin() {
        int mine = ++turn;
        background.execute(() -> read(mine));
    }

    /** Gives up, under the lock. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void stop() {
        turn++;
    }

    private void read(int mine) {
        var wait = WAIT;
        while (mine == turn) {
            awaitRoom.run();
            var since = at();
            Recovered recovered;
            try {
                recovered = store.after(room, since);
            } catch (Outage e) {
                log.debug("{} cannot be caught up with yet: {}", room, e.getMessage());
                LockSupport.parkNanos(wait.toNanos());
                wait =
                        wait.multipliedBy(2).compareTo(WAIT_MAX) > 0
                                ? WAIT_MAX
                                : wait.multipliedBy(2);
                continue;
            }
            if (apply(mine, recovered)) {
                return;
            }
        }
    }

    private Optional<Position> at() {
        lock.lock();
        try {
            return sequence.at();
        } finally {
            lock.unlock();
        }
    }

    private boolean apply(int mine, Recovered recovered) {
        lock.lock();
        try {
            if (mine != turn) {
                return true;
            }
            if (sequence.caughtUp(recovered)) {
                return false;
            }
            done.run();
            return true;
        } finally {
            lock.unlock();
        }
    }
}

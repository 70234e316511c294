package dev.concertina.starter.channel;

import dev.concertina.starter.request.Outage;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One channel on this instance: hears what is published anywhere, puts it into one sequence, and
 * hands it to its subscribers. The lock is held for memory only, never while something is read.
 */
final class Feed {
    private final Room room;
    private final Counters counters;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Subscription> subscriptions = new LinkedHashSet<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final Sequence.Maker sequences;
    private final Catching.Maker catchings;
    private final Sequence sequence;
    private final Catching catching;
    private Optional<Position> awaited = Optional.empty();

    /**
     * @param background where histories are read
     */
    Feed(
            Room room,
            ChannelStore store,
            Counters counters,
            Executor background,
            Sequence.Maker sequences) {
        this.room = room;
        this.counters = counters;
        this.sequences = sequences;
        this.catchings =
                (behind, awaitRoom, done) ->
                        new Catching(room, behind, store, lock, background, awaitRoom, done);
        this.sequence = sequences.make(Optional.empty(), this::tell);
        this.catching = catchings.make(sequence, () -> {}, this::caughtUp);
        sequence.deaf();
    }

    Room room() {
        return room;
    }

    private void tell(Told told) {
        // A reset is told before the place changes.
        subscriptions.forEach(subscription -> subscription.told(told, sequence.at()));
    }

    private void caughtUp() {
        counters.caughtUp.increment();
        ready.complete(null);
    }

    /**
     * Adds a subscriber.
     *
     * @throws Outage if nothing is known of the channel within the time
     */
    Subscription join(Teller teller, Optional<Position> since, Duration within) {
        try {
            ready.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new Outage("channel " + room + " cannot be heard", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Outage("interrupted while waiting for channel " + room, e, false);
        }
        lock.lock();
        try {
            var subscription =
                    new Subscription(this, teller, counters, catchings, sequences, since);
            subscriptions.add(subscription);
            subscription.begin(sequence.at().orElseThrow());
            return subscription;
        } finally {
            lock.unlock();
        }
    }

    void leave(Subscription subscription) {
        lock.lock();
        try {
            subscriptions.remove(subscription);
            subscription.stop();
        } finally {
            lock.unlock();
        }
    }

    void heard(Publication publication) {
        lock.lock();
        try {
            if (sequence.heard(publication)) {
                catching.begin();
            }
        } finally {
            lock.unlock();
        }
    }

    void deaf() {
        lock.lock();
        try {
            sequence.deaf();
            catching.stop();
        } finally {
            lock.unlock();
        }
    }

    void listening() {
        lock.lock();
        try {
            if (sequence.doubt()) {
                catching.begin();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How far it has come. */
    Optional<Position> at() {
        lock.lock();
        try {
            return sequence.at();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The history says where it ends. What is under way may still arrive; if it has not when this
     * is said the next time, nobody will bring it. An end before what was heard already was lost,
     * and nothing under way will show it.
     *
     * @param before how far this had come when the history was asked
     */
    void compare(Optional<Position> before, Position head) {
        lock.lock();
        try {
            var at = sequence.at();
            if (sequence.isBehind() || at.isEmpty()) {
                awaited = Optional.empty();
            } else if (at.get().equals(head)) {
                awaited = Optional.empty();
                subscriptions.forEach(subscription -> subscription.compare(head));
            } else if (!isLost(before, head) && reached(at.get(), awaited)) {
                awaited = Optional.of(head);
            } else if (sequence.doubt()) {
                awaited = Optional.empty();
                catching.begin();
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isLost(Optional<Position> before, Position head) {
        return before.filter(known ->
                        known.epoch().equals(head.epoch())
                                && known.offset() >= head.offset()
                                && !known.equals(head))
                .isPresent();
    }

    private static boolean reached(Position at, Optional<Position> awaited) {
        return awaited.isEmpty()
                || awaited.get().equals(at)
                || (awaited.get().epoch().equals(at.epoch())
                        && at.offset() > awaited.get().offset());
    }

    void stop() {
        lock.lock();
        try {
            catching.stop();
        } finally {
            lock.unlock();
        }
    }
}

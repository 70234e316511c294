package dev.concertina.testkit;

import dev.concertina.fleet.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Time that passes only when a test says so, on the test's own thread. Tasks due at the same moment
 * run in the order they were set. All chance of a simulation comes from its seed.
 */
public final class SimTime implements Time {
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparing(Task::at).thenComparingLong(Task::order));
    private final List<Runnable> afterEach = new ArrayList<>();
    private final SplittableRandom random;
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private long order;

    private static final class Task {
        private final Instant at;
        private final long order;
        private final Runnable work;
        private boolean cancelled;

        private Task(Instant at, long order, Runnable work) {
            this.at = at;
            this.order = order;
            this.work = work;
        }

        private Instant at() {
            return at;
        }

        private long order() {
            return order;
        }
    }

    public SimTime(long seed) {
        this.random = new SplittableRandom(seed);
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public Alarm after(Duration delay, Runnable task) {
        Instant at = delay.isNegative() ? now : now.plus(delay);
        var set = new Task(at, order++, task);
        tasks.add(set);
        // Searching the queue would cost more than letting it pass by.
        return () -> set.cancelled = true;
    }

    public SplittableRandom random() {
        return random;
    }

    /** A time between the two, both included. */
    public Duration between(Duration least, Duration most) {
        return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
    }

    /** Runs after every task: where invariants are checked. */
    public void afterEach(Runnable check) {
        afterEach.add(check);
    }

    public void advance(Duration by) {
        Instant end = now.plus(by);
        while (!tasks.isEmpty() && !tasks.peek().at().isAfter(end)) {
            step();
        }
        now = end;
    }

    /** Lets time pass until the condition holds, at the longest {@code most}; whether it did. */
    public boolean advanceUntil(BooleanSupplier condition, Duration most) {
        Instant end = now.plus(most);
        while (!condition.getAsBoolean()) {
            if (tasks.isEmpty() || tasks.peek().at().isAfter(end)) {
                return false;
            }
            step();
        }
        return true;
    }

    private void step() {
        Task next = tasks.remove();
        if (!next.cancelled) {
            now = next.at;
            next.work.run();
            afterEach.forEach(Runnable::run);
        }
    }
}

package dev.concertina.starter.cache;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What threads found missing and have not written yet: {@code @Cacheable} asks, calls the method,
 * and writes, and only the thread knows that the three belong together. Other threads of this JVM
 * wait here for one that has the lease, and not by asking the store again and again.
 */
final class Loading {
    private static final int MAX = 1_000;

    /**
     * @param token of the lease under which it is loaded; empty: there is none, for somebody else
     *     has it or the store was away
     */
    record Miss(EntryName name, Optional<String> token) {}

    /** The misses of one thread. */
    private static final class Misses {
        private final Map<EntryName, Miss> all = new LinkedHashMap<>();
        private boolean forgot;
    }

    @SuppressWarnings("ThreadLocalUsage") // of one application; a JVM may hold several
    private final ThreadLocal<@Nullable Misses> misses = new ThreadLocal<>();

    private final Map<EntryName, Held> leased = new ConcurrentHashMap<>();
    private final long leaseNanos;

    /**
     * @param lease how long one lasts
     */
    Loading(Duration lease) {
        this.leaseNanos = lease.toNanos();
    }

    /** A lease of a thread of this JVM, which may forget it. */
    private record Held(CountDownLatch over, long endNanos) {}

    /** Whether this thread is loading it already. */
    boolean has(EntryName name) {
        var own = misses.get();
        return own != null && own.all.containsKey(name);
    }

    /** Returns what has to be given back because there are too many. */
    Optional<Miss> begin(Miss miss) {
        var own = misses.get();
        if (own == null) {
            own = new Misses();
            misses.set(own);
        }
        own.all.put(miss.name(), miss);
        if (miss.token().isPresent()) {
            var held = new Held(new CountDownLatch(1), System.nanoTime() + leaseNanos);
            var before = leased.put(miss.name(), held);
            if (before != null) {
                before.over().countDown();
            }
        }
        if (own.all.size() <= MAX) {
            return Optional.empty();
        }
        var eldest = own.all.values().iterator();
        var first = eldest.next();
        eldest.remove();
        own.forgot = true;
        over(first);
        return Optional.of(first);
    }

    /** This thread loads it no longer. */
    void end(EntryName name) {
        end(name, miss -> {});
    }

    /**
     * The same, where something is to be done before others go on: what this thread found missing
     * is now known. A miss that was forgotten had no lease.
     */
    void end(EntryName name, Consumer<Optional<Miss>> with) {
        var own = misses.get();
        var miss = own == null ? null : own.all.remove(name);
        if (miss == null) {
            boolean forgot = own != null && own.forgot;
            with.accept(forgot ? Optional.of(new Miss(name, Optional.empty())) : Optional.empty());
            return;
        }
        try {
            with.accept(Optional.of(miss));
        } finally {
            over(miss);
        }
    }

    /** The thread goes on to something else. */
    Iterable<Miss> drop() {
        var own = misses.get();
        if (own == null) {
            return List.of();
        }
        misses.remove();
        own.all.values().forEach(this::over);
        return own.all.values();
    }

    private void over(Miss miss) {
        if (miss.token().isPresent()) {
            var held = leased.remove(miss.name());
            if (held != null) {
                held.over().countDown();
            }
        }
    }

    /**
     * Waits while another thread of this JVM is loading it.
     *
     * @return whether one was, and is no longer
     */
    boolean awaited(EntryName name, long nanos) {
        var held = leased.get(name);
        if (held == null) {
            return false;
        }
        long left = held.endNanos() - System.nanoTime();
        if (left <= 0) {
            leased.remove(name, held);
            return false;
        }
        try {
            return held.over().await(Math.min(left, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

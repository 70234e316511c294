package dev.concertina.bench.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One cache in a JVM of its own, so that no other one's calls are compiled with its. Prints each
 * case and nanoseconds per operation.
 */
final class Fork {
    private static final int KEYS = 1_000;
    private static final int WARM_ROUNDS = 6;
    private static final int ROUNDS = 5;
    private static final long ROUND_NANOS = 400_000_000;

    // What is read must exist, as for a caller that does something with it.
    private static @Nullable Object sink;

    private final Kind.Opened cache;
    private final String[] keys = new String[KEYS];

    private Fork(Kind.Opened cache) {
        this.cache = cache;
        for (int i = 0; i < KEYS; i++) {
            keys[i] = "certificate-" + i;
        }
    }

    /** Arguments: kind, url of Redis. */
    public static void main(String[] args) throws Exception {
        var kind = Kind.valueOf(args[0]);
        var fork = new Fork(kind.open(args[1]));
        fork.cache.begin();
        for (var key : fork.keys) {
            fork.cache.put(key, "value of " + key);
        }
        print("hit", fork.measured(1));
        print("hit 2 threads", fork.measured(2));
        if (sink == null) {
            throw new IllegalStateException("nothing was read");
        }
        if (kind.isShared()) {
            print("miss", fork.timed(i -> fork.cache.load("absent-" + i, "value")));
            print("put", fork.timed(i -> fork.cache.put(fork.keys[i % KEYS], "value " + i)));
        }
        System.exit(0);
    }

    private static void print(String name, double nanos) {
        System.out.printf(Locale.ROOT, "%s=%.2f%n", name, nanos);
    }

    private double measured(int threads) throws InterruptedException {
        var results = new ArrayList<Double>();
        for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
            double nanos = round(threads);
            if (round >= WARM_ROUNDS) {
                results.add(nanos);
            }
        }
        return median(results);
    }

    private static double median(List<Double> results) {
        results.sort(null);
        return results.get(results.size() / 2);
    }

    private double round(int threads) throws InterruptedException {
        var stop = new AtomicBoolean();
        var operations = new AtomicLong();
        var begun = new CountDownLatch(threads);
        var running = new ArrayList<Thread>();
        for (int i = 0; i < threads; i++) {
            running.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                cache.begin();
                                begun.countDown();
                                operations.addAndGet(hits(stop));
                            }));
        }
        begun.await();
        long from = System.nanoTime();
        while (System.nanoTime() - from < ROUND_NANOS) {
            LockSupport.parkNanos(10_000_000);
        }
        stop.set(true);
        for (var thread : running) {
            thread.join();
        }
        return (double) (System.nanoTime() - from) * threads / operations.get();
    }

    private long hits(AtomicBoolean stop) {
        long done = 0;
        int seen = 0;
        while (!stop.get()) {
            for (var key : keys) {
                seen ^= cache.get(key).hashCode();
            }
            done += keys.length;
        }
        sink = seen;
        return done;
    }

    /** One operation, numbered. */
    private interface Operation {
        void run(int number);
    }

    private double timed(Operation operation) {
        var results = new ArrayList<Double>();
        int number = 0;
        for (int round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
            long from = System.nanoTime();
            int first = number;
            while (System.nanoTime() - from < ROUND_NANOS) {
                operation.run(number++);
            }
            if (round >= WARM_ROUNDS) {
                results.add((double) (System.nanoTime() - from) / (number - first));
            }
        }
        return median(results);
    }
}

package dev.concertina.starter.cache;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One instance in a process of its own. Its threads serve requests: each notes for some keys the
 * newest version that was acknowledged before it began, begins, and must then read these or newer
 * ones. One more thread reads outside requests, where what was acknowledged a lease ago must be
 * seen. What is counted goes to stdout at the end, each old value as soon as it is seen.
 */
public final class CheckedInstance {
    private static final int READS_MAX = 60;
    private static final long EVIDENCE_MAX = 20;

    /** What a reader outside requests may be behind, and a little for the reading itself. */
    private static final long LEASE_NANOS = 1_000_000_000;

    private final Board board;
    private final CheckedCache cache;
    private final int instance;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong outside = new AtomicLong();
    private final AtomicLong loads = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    private final AtomicLong evidence = new AtomicLong();

    private CheckedInstance(Board board, CheckedCache cache, int instance) {
        this.board = board;
        this.cache = cache;
        this.instance = instance;
    }

    /**
     * Arguments: class of the cache, url, namespace, fault, board, keys, instance, threads, seed.
     */
    public static void main(String[] args) throws Exception {
        int instance = Integer.parseInt(args[6]);
        int threads = Integer.parseInt(args[7]);
        var board = Board.open(Path.of(args[4]), Integer.parseInt(args[5]));
        try (var cache =
                Class.forName(args[0])
                        .asSubclass(CheckedCache.class)
                        .getConstructor(String.class, String.class, String.class)
                        .newInstance(args[1], args[2], args[3])) {
            var running = new CheckedInstance(board, cache, instance);
            System.out.println("READY");
            running.run(threads, Long.parseLong(args[8]));
            running.report();
        }
    }

    private void run(int threads, long seed) throws InterruptedException, IOException {
        var all = new ArrayList<Thread>();
        for (int i = 0; i < threads; i++) {
            var random = new Random(seed * 31 + (long) instance * threads + i);
            all.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                while (!board.stopped()) {
                                    if (board.isIdle(instance)) {
                                        LockSupport.parkNanos(1_000_000);
                                    } else {
                                        request(random);
                                    }
                                }
                            }));
        }
        all.add(Thread.ofPlatform().start(() -> outside(new Random(seed))));
        for (var each : all) {
            each.join();
        }
    }

    private void report() {
        System.out.printf(
                Locale.ROOT,
                "COUNTS %d %d %d %d %d %d %d%n",
                requests.get(),
                outside.get(),
                cache.near(),
                cache.far(),
                loads.get(),
                writes.get(),
                unanswered.get());
    }

    private int anyKey(Random random) {
        return (int) (Math.pow(random.nextDouble(), 2) * board.keys());
    }

    private void request(Random random) {
        var keys = new int[1 + random.nextInt(READS_MAX)];
        var must = new long[keys.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = anyKey(random);
            must[i] = board.acknowledged(keys[i]);
        }
        requests.incrementAndGet();
        cache.begin();
        try {
            for (int i = 0; i < keys.length; i++) {
                check("in a request", keys[i], must[i], random.nextInt(4) == 0);
            }
            if (random.nextInt(4) == 0) {
                write(anyKey(random), random);
            }
        } finally {
            cache.end();
            board.checked(instance, keys.length);
        }
    }

    private void check(String where, int key, long must, boolean inSteps) {
        long seen;
        try {
            seen =
                    inSteps
                            ? cache.getInSteps(key, () -> load(key))
                            : cache.get(key, () -> load(key));
        } catch (RuntimeException e) {
            // As an application without its cache does.
            unanswered.incrementAndGet();
            seen = load(key);
        }
        if (seen < must) {
            board.stale();
            if (evidence.incrementAndGet() <= EVIDENCE_MAX) {
                System.out.printf(
                        Locale.ROOT,
                        "STALE instance %d read version %d of key %d %s, %d was acknowledged (at %d)%n",
                        instance,
                        seen,
                        key,
                        where,
                        must,
                        System.nanoTime());
            }
        }
    }

    private long load(int key) {
        loads.incrementAndGet();
        long read = board.read(key);
        // What a database answers is a little old when it arrives.
        LockSupport.parkNanos(20_000);
        return read;
    }

    /** Even keys are evicted by anybody; odd ones are put by one writer at a time. */
    private void write(int key, Random random) {
        boolean puts = key % 2 == 1;
        if (!puts || board.lock(key)) {
            try {
                write(key, puts, random.nextInt(200) == 0);
            } finally {
                if (puts) {
                    board.unlock(key);
                }
            }
        }
    }

    private void write(int key, boolean puts, boolean clears) {
        long version = board.write(key);
        try {
            if (puts) {
                cache.put(key, version);
            } else if (clears) {
                cache.clear();
            } else {
                cache.evict(key);
            }
        } catch (RuntimeException e) {
            // Not acknowledged: it may or may not be known.
            unanswered.incrementAndGet();
            return;
        }
        board.acknowledge(key, version);
        writes.incrementAndGet();
        check("after writing it", key, version, false);
        board.checked(instance, 1);
    }

    /** All that was acknowledged before a moment. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Known(long atNanos, long[] versions) {}

    private void outside(Random random) {
        var past = new ArrayList<Known>();
        while (!board.stopped()) {
            long now = System.nanoTime();
            while (past.size() > 1 && now - past.get(1).atNanos() > LEASE_NANOS) {
                past.removeFirst();
            }
            if (!past.isEmpty() && now - past.getFirst().atNanos() > LEASE_NANOS) {
                var must = past.getFirst().versions();
                // Few, so that the look at the clock above was hardly before the last.
                for (int i = 0; i < 10; i++) {
                    int key = anyKey(random);
                    check("outside requests", key, must[key], false);
                }
                outside.addAndGet(10);
                board.checked(instance, 10);
            }
            past.add(known());
            LockSupport.parkNanos(20_000_000);
        }
    }

    private Known known() {
        var versions = new long[board.keys()];
        for (int key = 0; key < versions.length; key++) {
            versions[key] = board.acknowledged(key);
        }
        return new Known(System.nanoTime(), versions);
    }

    /** The counts of all instances, as {@link #report} wrote them. */
    static long[] sum(List<String> output) {
        var sums = new long[7];
        for (var line : output) {
            if (line.startsWith("COUNTS ")) {
                var words = line.split(" ");
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += Long.parseLong(words[i + 1]);
                }
            }
        }
        return sums;
    }
}

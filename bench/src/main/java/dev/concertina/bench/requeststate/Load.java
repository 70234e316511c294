package dev.concertina.bench.requeststate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** What is sent to a subject: as fast as it answers, or at a rate. */
final class Load {

    private Load() {}

    /** What one visitor does, as long as there is time. */
    private interface Stay {
        void spend(Visitor visitor, int number, List<Double> times) throws IOException;
    }

    /** Each visitor sends the next request when it has its answer; the paths in turn. */
    static long fast(Subject subject, double seconds, String... paths) throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        return all(
                        subject,
                        Subject.VISITORS,
                        (visitor, number, times) -> {
                            for (int i = 0; System.nanoTime() < end; i++) {
                                visitor.get(paths[i % paths.length]);
                                times.add(0.0);
                            }
                        })
                .stream()
                .mapToLong(List::size)
                .sum();
    }

    /**
     * The percentiles of what a path takes longer than one that touches no state, in milliseconds;
     * the two are asked in turn at a rate.
     */
    static double[] added(
            Subject subject, String path, int perSecond, double seconds, double... percentiles)
            throws IOException {
        long begin = System.nanoTime() + 10_000_000;
        long step = 1_000_000_000L / perSecond;
        int each = (int) (seconds * perSecond / Subject.VISITORS);
        var times =
                all(
                        subject,
                        Subject.VISITORS,
                        (visitor, number, taken) -> {
                            for (int i = 0; i < each; i++) {
                                await(begin + step * (number + (long) i * Subject.VISITORS));
                                long sent = System.nanoTime();
                                visitor.get(i % 2 == 0 ? Subject.PLAIN : path);
                                taken.add((System.nanoTime() - sent) / 1e6);
                            }
                        });
        double[] plain = every(times, 0);
        double[] read = every(times, 1);
        return Arrays.stream(percentiles)
                .map(percent -> percentile(read, percent) - percentile(plain, percent))
                .toArray();
    }

    private static void await(long dueNanos) {
        for (long left = dueNanos - System.nanoTime();
                left > 0;
                left = dueNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static double[] every(List<List<Double>> times, int parity) {
        return times.stream()
                .flatMap(one -> {
                    var some = new ArrayList<Double>();
                    for (int i = parity; i < one.size(); i += 2) {
                        some.add(one.get(i));
                    }
                    return some.stream();
                })
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
    }

    private static double percentile(double[] sorted, double percent) {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * percent / 100))];
    }

    private static List<List<Double>> all(Subject subject, int visitors, Stay stay)
            throws IOException {
        var lists = new ArrayList<List<Double>>();
        var ends = new ArrayList<Future<?>>();
        try (var threads = Executors.newFixedThreadPool(visitors)) {
            for (int i = 0; i < visitors; i++) {
                var times = new ArrayList<Double>();
                var visitor = subject.visitors().get(i);
                int number = i;
                lists.add(times);
                ends.add(
                        threads.submit(() -> {
                            stay.spend(visitor, number, times);
                            return times;
                        }));
            }
            for (var end : ends) {
                end.get();
            }
            return lists;
        } catch (ExecutionException e) {
            throw new IOException(subject.name() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}

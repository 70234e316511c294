package dev.concertina.bench.startup;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests by the clock, whether or not the ones before were answered. A time counts from when the
 * request was due.
 */
final class SteadyLoad {
    private static final int PER_SECOND = 100;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpRequest request;
    private final List<Double> milliseconds = new ArrayList<>();
    private int failed;

    SteadyLoad(URI page) {
        request = HttpRequest.newBuilder(page).timeout(TIMEOUT).build();
    }

    /**
     * @param p99 in milliseconds
     */
    record Result(int requests, int failed, double p99) {}

    /** As long as the work takes. */
    Result during(Runnable work) {
        var over = new AtomicBoolean();
        Thread worker =
                Thread.ofVirtual()
                        .start(() -> {
                            work.run();
                            over.set(true);
                        });
        var sent = new ArrayList<CompletableFuture<?>>();
        long pause = 1_000_000_000L / PER_SECOND;
        long due = System.nanoTime();
        while (!over.get()) {
            due += pause;
            LockSupport.parkNanos(due - System.nanoTime());
            sent.add(send(due));
        }
        sent.forEach(CompletableFuture::join);
        join(worker);
        synchronized (this) {
            List<Double> sorted = milliseconds.stream().sorted().toList();
            return new Result(
                    sorted.size() + failed, failed, sorted.get((int) (sorted.size() * 0.99)));
        }
    }

    private CompletableFuture<?> send(long due) {
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((response, failure) -> {
                    boolean good = failure == null && response.statusCode() == 200;
                    heard(good, (System.nanoTime() - due) / 1e6);
                    return good;
                });
    }

    private synchronized void heard(boolean good, double took) {
        if (good) {
            milliseconds.add(took);
        } else {
            failed++;
        }
    }

    private static void join(Thread worker) {
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

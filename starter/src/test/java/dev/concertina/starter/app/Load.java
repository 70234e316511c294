package dev.concertina.starter.app;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Clients that go on asking whatever happens, each logged in, and write down every answer: one path
 * that is limited, one that only somebody logged in may see, one that writes to the session.
 */
final class Load implements AutoCloseable {
    static final String LIMITED = "/public/hello";
    static final String MINE = "/me";
    static final String WRITE = "/public/count";

    /** One answer as the client saw it. */
    record Seen(String path, int status, String body, long startedNanos, long tookNanos) {}

    private final ConcurrentLinkedQueue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> clients = new ArrayList<>();
    private final long startedNanos = System.nanoTime();

    Load(Instances instances, int count) {
        for (int i = 0; i < count; i++) {
            var browser = instances.browser();
            browser.login("ada", "lovelace");
            clients.add(threads.submit(() -> ask(browser)));
        }
    }

    private void ask(Browser browser) {
        while (!over.get()) {
            for (var path : List.of(LIMITED, MINE, WRITE)) {
                long started = System.nanoTime();
                HttpResponse<String> answer = browser.get(path);
                seen.add(
                        new Seen(
                                path,
                                answer.statusCode(),
                                answer.body(),
                                started,
                                System.nanoTime() - started));
            }
        }
    }

    /** Everything until now. */
    List<Seen> seen() {
        return List.copyOf(seen);
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    /** Lets the clients end; fails if one of them did before. */
    void end() throws InterruptedException, ExecutionException {
        over.set(true);
        for (var client : clients) {
            client.get();
        }
    }

    @Override
    public void close() {
        over.set(true);
        threads.close();
    }
}

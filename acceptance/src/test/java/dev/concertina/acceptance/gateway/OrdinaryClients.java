package dev.concertina.acceptance.gateway;

import dev.concertina.gateway.Client;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that mean no harm: each asks, waits a little and asks again, and notes how long it took.
 */
final class OrdinaryClients {
    private static final Duration BETWEEN = Duration.ofMillis(10);

    private final int port;
    private final List<Thread> threads = new ArrayList<>();
    private final Collection<String> failures = new ConcurrentLinkedQueue<>();
    private final Collection<Long> nanos = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    OrdinaryClients(int port, int clients) {
        this.port = port;
        for (int i = 0; i < clients; i++) {
            boolean stays = i % 2 == 0;
            // Of the system's own, because attackers are virtual threads that seldom give way.
            threads.add(Thread.ofPlatform().daemon().start(() -> ask(stays)));
        }
    }

    /** Half of them stay on their connection, the others open one for each request. */
    private void ask(boolean stays) {
        while (!over) {
            try (Client client = new Client(port)) {
                do {
                    long began = System.nanoTime();
                    Client.Response response = client.get("/");
                    nanos.add(System.nanoTime() - began);
                    if (response.status() != 200) {
                        failures.add(response.toString());
                    }
                    LockSupport.parkNanos(BETWEEN.toNanos());
                } while (stays && !over);
            } catch (IOException e) {
                failures.add(e.toString());
            }
        }
    }

    Collection<String> failures() {
        return failures;
    }

    /** Waits for so many more answers, and says within what time 99 of 100 of them came. */
    Duration p99(int answers) {
        nanos.clear();
        GatewayProcess.until("ordinary clients are served", () -> nanos.size() >= answers);
        return p99();
    }

    /** Of the answers since it was last asked, of which there is at least one. */
    Duration p99() {
        GatewayProcess.until("an ordinary client is served", () -> !nanos.isEmpty());
        long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        nanos.clear();
        Arrays.sort(sorted);
        return Duration.ofNanos(sorted[sorted.length * 99 / 100]);
    }

    void end() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}

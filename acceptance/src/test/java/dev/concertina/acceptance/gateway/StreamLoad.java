package dev.concertina.acceptance.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.concertina.gateway.Client;
import dev.concertina.gateway.Origin;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that listen to event streams, and clients that send their POST bodies in small parts. A
 * stream must come as whole numbered events and end with its last chunk; then its client comes
 * back.
 */
final class StreamLoad {
    private static final int PARTS = 10;
    private static final Duration BETWEEN_PARTS = Duration.ofMillis(50);

    private final int port;
    private final Instance.Ledger ledger;
    private final Collection<String> failures = new ConcurrentLinkedQueue<>();
    private final Collection<String> posted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger streamsEnded = new AtomicInteger();
    private final AtomicInteger names = new AtomicInteger();
    private final List<Thread> posters = new ArrayList<>();
    private volatile boolean over;

    StreamLoad(int port, int listeners, int posters, Instance.Ledger ledger) {
        this.port = port;
        this.ledger = ledger;
        for (int i = 0; i < listeners; i++) {
            var _ = Thread.ofVirtual().start(this::listen);
        }
        for (int i = 0; i < posters; i++) {
            this.posters.add(Thread.ofVirtual().start(this::post));
        }
    }

    private void listen() {
        while (!over) {
            try (Client client = new Client(port)) {
                client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
                String head = client.readHead();
                if (!head.startsWith("HTTP/1.1 200 ")) {
                    throw new IOException("stream refused: " + head);
                }
                events(client);
                streamsEnded.incrementAndGet();
            } catch (IOException e) {
                if (!over) {
                    failures.add("stream " + e);
                }
                return;
            }
        }
    }

    /** Reads event by event, each in a chunk of its own, to the last chunk. */
    private void events(Client client) throws IOException {
        for (int number = 1; !over; number++) {
            int size = Integer.parseInt(Origin.Wire.line(client.in()), 16);
            byte[] event = client.in().readNBytes(size + 2);
            if (size == 0) {
                return;
            }
            String expected = "data: " + number + "\n\n\r\n";
            if (!new String(event, US_ASCII).equals(expected)) {
                throw new IOException("event " + new String(event, US_ASCII));
            }
        }
    }

    private void post() {
        while (!over) {
            String path = "/slow/" + names.incrementAndGet();
            posted.add(path);
            try (Client client = new Client(port)) {
                client.send(
                        "POST "
                                + path
                                + " HTTP/1.1\r\nHost: a\r\nContent-Length: "
                                + PARTS
                                + "\r\n\r\n");
                for (int part = 0; part < PARTS; part++) {
                    LockSupport.parkNanos(BETWEEN_PARTS.toNanos());
                    client.send("x");
                }
                Client.Response response = client.read();
                if (response.status() != 200) {
                    failures.add(path + " " + response);
                }
            } catch (IOException e) {
                failures.add(path + " " + e);
            }
        }
    }

    Collection<String> failures() {
        return failures;
    }

    int posts() {
        return posted.size();
    }

    int streamsEnded() {
        return streamsEnded.get();
    }

    /** Paths of POSTs that were not executed once. */
    List<String> notOnce() {
        return posted.stream().filter(path -> ledger.executed(path) != 1).toList();
    }

    /** Waits for the POSTs; the streams end with their next event. */
    void end() throws InterruptedException {
        over = true;
        for (Thread poster : posters) {
            poster.join();
        }
    }
}

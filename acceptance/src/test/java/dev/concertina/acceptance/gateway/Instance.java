package dev.concertina.acceptance.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.concertina.contract.Target;
import dev.concertina.gateway.Origin;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * An instance that comes and goes: answers requests, echoes numbered WebSocket messages, streams
 * events. Once it is stopped, whatever still reaches it is a fault of who sent it.
 */
final class Instance implements AutoCloseable {
    private static final Duration BETWEEN_EVENTS = Duration.ofMillis(250);
    private static final String UPGRADED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    private static final String EVENTS =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
                    + "\r\n";

    private final String id;
    private final Origin origin;
    private final Ledger ledger;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile boolean stopped;

    /** What all instances together have seen. */
    static final class Ledger {
        private final Map<String, Integer> messages = new ConcurrentHashMap<>();
        private final Map<String, AtomicInteger> posts = new ConcurrentHashMap<>();
        private final Collection<String> faults = new ConcurrentLinkedQueue<>();

        /** The last number that arrived on the WebSocket, all before it having arrived. */
        int lastMessage(String socket) {
            return messages.getOrDefault(socket, 0);
        }

        /** How often the POST was executed. */
        int executed(String path) {
            AtomicInteger count = posts.get(path);
            return count == null ? 0 : count.get();
        }

        Collection<String> faults() {
            return faults;
        }
    }

    Instance(String id, Ledger ledger) {
        this.id = id;
        this.ledger = ledger;
        this.origin = Origin.with(this::serve);
    }

    Target target() {
        return GatewayProcess.target(id, origin.port());
    }

    String id() {
        return id;
    }

    /** Connections it holds at this moment. */
    int connections() {
        return connections.get();
    }

    private void serve(Origin.Connection connection) throws IOException {
        connections.incrementAndGet();
        try {
            while (one(connection)) {
                // The connection goes on.
            }
        } finally {
            connections.decrementAndGet();
        }
    }

    private boolean one(Origin.Connection connection) throws IOException {
        String head = connection.readHead();
        String path = head.split(" ", 3)[1];
        if (stopped) {
            ledger.faults.add(path + " after the stop of " + id);
        }
        if (path.startsWith("/socket/")) {
            connection.write(UPGRADED);
            echo(connection, path);
            return false;
        }
        if (path.startsWith("/events")) {
            stream(connection);
            return false;
        }
        Origin.Wire.readBody(connection.in(), head);
        if (head.startsWith("POST")) {
            ledger.posts.computeIfAbsent(path, _ -> new AtomicInteger()).incrementAndGet();
        }
        connection.respond("done");
        return true;
    }

    private void echo(Origin.Connection connection, String socket) throws IOException {
        int last = 0;
        while (true) {
            Frame frame = Frame.read(connection.in());
            if (frame.closes()) {
                connection.out().write(Frame.close(1000).octets(false));
                return;
            }
            int number = Integer.parseInt(frame.text());
            if (number != ++last) {
                ledger.faults.add(socket + ": message " + number + " in place of " + last);
            }
            ledger.messages.put(socket, last);
            connection.out().write(frame.octets(false));
        }
    }

    private static void stream(Origin.Connection connection) throws IOException {
        connection.write(EVENTS);
        for (int number = 1; ; number++) {
            String event = "data: " + number + "\n\n";
            connection
                    .out()
                    .write(
                            (Integer.toHexString(event.length()) + "\r\n" + event + "\r\n")
                                    .getBytes(US_ASCII));
            LockSupport.parkNanos(BETWEEN_EVENTS.toNanos());
        }
    }

    /** Ends the process, as it were: nobody may want anything of it from now on. */
    void stop() {
        stopped = true;
        close();
    }

    @Override
    public void close() {
        origin.close();
    }
}

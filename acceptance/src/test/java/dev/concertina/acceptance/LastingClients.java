package dev.concertina.acceptance;

import dev.concertina.acceptance.NewConnections.Client;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** WebSockets that talk and event streams that are listened to; each comes back when it ends. */
final class LastingClients {
    private static final int SERVICE_RESTART = 1012;
    private static final String GOOD = "in order";
    private static final String UPGRADE =
            "GET /echo HTTP/1.1\r\nHost: gateway\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key:"
                    + " dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private static final String EVENTS =
            "GET /events HTTP/1.1\r\nHost: gateway\r\nAccept: text/event-stream\r\n\r\n";

    private final int port;
    private final Collection<End> ends = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Collection<Client> open = new ConcurrentLinkedQueue<>();
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong events = new AtomicLong();
    private volatile boolean over;

    /** How one ended, and which instance it was with. */
    private record End(String kind, String instance, String how) {}

    private interface Conversation {
        /** To its end in order. */
        void on(Client client) throws IOException;
    }

    LastingClients(int port, int webSockets, int eventStreams) {
        this.port = port;
        for (int i = 0; i < webSockets; i++) {
            begin("WebSocket", UPGRADE, "HTTP/1.1 101 ", this::echo);
        }
        for (int i = 0; i < eventStreams; i++) {
            begin("event stream", EVENTS, "HTTP/1.1 200 ", this::listen);
        }
    }

    private void begin(String kind, String request, String status, Conversation conversation) {
        threads.add(
                Thread.ofVirtual()
                        .start(() -> {
                            while (!over) {
                                ends.add(one(kind, request, status, conversation));
                            }
                        }));
    }

    private End one(String kind, String request, String status, Conversation conversation) {
        String instance = "none";
        try (var client = new Client(port)) {
            open.add(client);
            client.send(request.getBytes(StandardCharsets.US_ASCII));
            String head = client.head();
            instance = instance(head);
            if (!head.startsWith(status)) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                return new End(kind, instance, head.lines().findFirst().orElse("no head"));
            }
            conversation.on(client);
            open.remove(client);
            return new End(kind, instance, GOOD);
        } catch (IOException e) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            return new End(kind, instance, over ? GOOD : e.toString());
        }
    }

    private static String instance(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("x-instance-id:"))
                .map(line -> line.substring(14).strip())
                .findFirst()
                .orElse("unnamed");
    }

    /** Says something and hears it again, until it is asked to come back. */
    private void echo(Client client) throws IOException {
        var in = new DataInputStream(client.in());
        for (int i = 0; !over; i++) {
            // A masked text frame of two characters (RFC 6455, 5.2), under a mask of zeros.
            byte one = (byte) ('a' + i % 26);
            client.send(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, one, 'x'});
            int opcode = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            if (opcode == 0x88) {
                int code = in.readUnsignedShort();
                if (code != SERVICE_RESTART) {
                    throw new IOException("closed with " + code);
                }
                return;
            }
            if (opcode != 0x81 || length != 2 || in.readByte() != one || in.readByte() != 'x') {
                throw new IOException("another echo");
            }
            messages.incrementAndGet();
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    /** Events in order without a gap, until a complete end. */
    private void listen(Client client) throws IOException {
        var in = new DataInputStream(client.in());
        int expected = 0;
        while (!over) {
            int size = Integer.parseInt(line(in), 16);
            byte[] chunk = in.readNBytes(size);
            line(in);
            if (size == 0) {
                return;
            }
            for (String event : new String(chunk, StandardCharsets.US_ASCII).split("\n\n")) {
                if (!event.equals("data: " + expected++)) {
                    throw new IOException("another event: " + event);
                }
                events.incrementAndGet();
            }
        }
    }

    private static String line(DataInputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    /** Those that nobody's kill explains. */
    List<String> wrongEnds(List<LedgerFleet.Kill> kills) {
        return ends.stream()
                .filter(e -> !e.how().equals(GOOD))
                .filter(e -> kills.stream().noneMatch(k -> k.instance().equals(e.instance())))
                .map(End::toString)
                .toList();
    }

    Map<String, Long> ends() {
        var counts = new TreeMap<String, Long>();
        ends.forEach(e ->
                counts.merge(
                        e.kind() + (e.how().equals(GOOD) ? " in order" : " cut"), 1L, Long::sum));
        return counts;
    }

    long messages() {
        return messages.get();
    }

    long events() {
        return events.get();
    }

    void end() {
        over = true;
        open.forEach(client -> {
            try {
                client.close();
            } catch (IOException e) {
                // It has ended already.
            }
        });
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

package dev.concertina.acceptance.gateway;

import dev.concertina.gateway.Client;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * WebSockets that send numbered messages and expect them back in order. One that is told to go away
 * with 1012 says goodbye and comes back at once.
 */
final class WebSocketLoad {
    private static final int SERVICE_RESTART = 1012;

    private final int port;
    private final Duration betweenMessages;
    private final Instance.Ledger ledger;
    private final Collection<String> failures = new ConcurrentLinkedQueue<>();
    private final Collection<Long> closedAt = new ConcurrentLinkedQueue<>();
    private final AtomicInteger names = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong messages = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    WebSocketLoad(int port, int sockets, Duration betweenMessages, Instance.Ledger ledger) {
        this.port = port;
        this.betweenMessages = betweenMessages;
        this.ledger = ledger;
        for (int i = 0; i < sockets; i++) {
            threads.add(Thread.ofVirtual().start(this::comeBackAgainAndAgain));
        }
        GatewayProcess.until(
                "all WebSockets are open or one failed",
                () -> open.get() == sockets || !failures.isEmpty());
    }

    private void comeBackAgainAndAgain() {
        while (!over) {
            String name = "/socket/" + names.incrementAndGet();
            try (Client client = new Client(port)) {
                new Session(client, name).run();
            } catch (IOException e) {
                failures.add(name + " " + e);
                return;
            }
        }
    }

    /** One WebSocket from its opening to its end. */
    private final class Session {
        private final Client client;
        private final String name;
        // Written under the monitor: a message must not follow the close frame.
        private int sent;
        private boolean closing;

        Session(Client client, String name) {
            this.client = client;
            this.name = name;
        }

        void run() throws IOException {
            client.send(
                    "GET "
                            + name
                            + " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            String head = client.readHead();
            if (Client.status(head) != 101) {
                throw new IOException("not upgraded: " + head);
            }
            open.incrementAndGet();
            Thread writer = Thread.ofVirtual().start(this::write);
            Frame close = readUntilClose();
            open.decrementAndGet();
            goodbye(close);
            LockSupport.unpark(writer);
        }

        private void write() {
            try {
                while (message()) {
                    LockSupport.parkNanos(betweenMessages.toNanos());
                }
            } catch (IOException e) {
                failures.add(name + " while it sent " + sent + ": " + e);
            }
        }

        private synchronized boolean message() throws IOException {
            if (closing) {
                return false;
            }
            if (over) {
                closing = true;
                write(Frame.close(1000));
                return false;
            }
            sent++;
            write(Frame.text(Integer.toString(sent)));
            messages.incrementAndGet();
            return true;
        }

        private void write(Frame frame) throws IOException {
            client.socket().getOutputStream().write(frame.octets(true));
        }

        private Frame readUntilClose() throws IOException {
            for (int expected = 1; ; expected++) {
                Frame frame = Frame.read(client.in());
                if (frame.closes()) {
                    return frame;
                }
                if (!frame.text().equals(Integer.toString(expected))) {
                    failures.add(name + " got " + frame.text() + " in place of " + expected);
                }
            }
        }

        private void goodbye(Frame close) throws IOException {
            closedAt.add(System.nanoTime());
            int last = lastSent(close);
            if (close.code() != (over ? close.code() : SERVICE_RESTART)) {
                failures.add(name + " was closed with " + close.code());
            }
            if (!client.ended()) {
                failures.add(name + " got something behind the close frame");
            }
            // The gateway has closed, and it passes on before it does; reading takes its time.
            GatewayProcess.until(
                    name + ": all " + last + " messages arrived",
                    () -> ledger.lastMessage(name) == last);
        }

        private synchronized int lastSent(Frame close) throws IOException {
            if (!closing) {
                closing = true;
                write(close);
            }
            return sent;
        }
    }

    Collection<String> failures() {
        return failures;
    }

    long messages() {
        return messages.get();
    }

    /** Moments at which a close frame came, and forgets them. */
    List<Long> closed() {
        List<Long> moments = new ArrayList<>();
        for (var each = closedAt.iterator(); each.hasNext(); each.remove()) {
            moments.add(each.next());
        }
        return moments;
    }

    /** Says goodbye on all and waits for the ends. */
    void end() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}

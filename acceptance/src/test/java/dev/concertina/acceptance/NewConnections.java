package dev.concertina.acceptance;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that come anew at a fixed rate: each connects, asks once, every fourth one twice, and
 * goes. Nothing is retried: a refused or reset connection, or one without an answer, is counted.
 */
final class NewConnections implements AutoCloseable {
    private static final int WAIT_MAX_MILLIS = 30_000;
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: gateway\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final int port;
    private final long periodNanos;
    private final ConcurrentHashMap<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong lastAnswer = new AtomicLong(System.nanoTime());
    private final AtomicLong longestGap = new AtomicLong();
    private final Thread clock;
    private volatile boolean stopped;

    NewConnections(int port, int perSecond) {
        this.port = port;
        this.periodNanos = 1_000_000_000L / perSecond;
        this.clock = Thread.ofPlatform().name("new-connections").daemon().start(this::tick);
    }

    private void tick() {
        long next = System.nanoTime();
        while (!stopped) {
            next += periodNanos;
            long wait = next - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
            running.incrementAndGet();
            long number = begun.incrementAndGet();
            Thread.ofVirtual().start(() -> one(number));
        }
    }

    private void one(long number) {
        try (var client = new Client(port)) {
            boolean reusable = client.get();
            heard();
            if (number % 4 == 0 && reusable) {
                client.get();
                heard();
            }
        } catch (IOException e) {
            String failure = e.getClass().getSimpleName() + ": " + e.getMessage();
            failures.computeIfAbsent(failure, _ -> new LongAdder()).increment();
        } finally {
            running.decrementAndGet();
        }
    }

    private void heard() {
        answered.incrementAndGet();
        long now = System.nanoTime();
        long gap = now - lastAnswer.getAndSet(now);
        longestGap.accumulateAndGet(gap, Math::max);
    }

    long begun() {
        return begun.get();
    }

    long answered() {
        return answered.get();
    }

    Map<String, Long> failures() {
        var counts = new TreeMap<String, Long>();
        failures.forEach((failure, count) -> counts.put(failure, count.sum()));
        return counts;
    }

    /** The longest time without an answer since the last call. */
    Duration longestGap() {
        return Duration.ofNanos(longestGap.getAndSet(0));
    }

    void awaitMore(int answers) {
        long goal = answered.get() + answers;
        Workspace.await(
                Duration.ofMinutes(2), () -> answered.get() >= goal, () -> "stalled: " + failures);
    }

    /** Stops, and waits for what is under way. */
    void end() {
        stopped = true;
        LockSupport.unpark(clock);
        Workspace.await(
                Duration.ofMinutes(1),
                () -> !clock.isAlive() && running.get() == 0,
                () -> running + " without end");
    }

    @Override
    public void close() {
        end();
    }

    /** One connection and what is said on it. */
    static final class Client implements AutoCloseable {
        private final Socket socket = new Socket();
        private final InputStream in;

        Client(int port) throws IOException {
            socket.setSoTimeout(WAIT_MAX_MILLIS);
            socket.setTcpNoDelay(true);
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), WAIT_MAX_MILLIS);
            in = new BufferedInputStream(socket.getInputStream());
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        InputStream in() {
            return in;
        }

        /** Whether another request may follow on this connection. */
        boolean get() throws IOException {
            send(REQUEST);
            String head = head();
            if (!head.startsWith("HTTP/1.1 200 ")) {
                throw new IOException(head.lines().findFirst().orElse(""));
            }
            String lower = head.toLowerCase(Locale.ROOT);
            int at = lower.indexOf("content-length: ");
            int length = Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)));
            if (in.readNBytes(length).length < length) {
                throw new IOException("cut inside the body");
            }
            return !lower.contains("connection: close");
        }

        String head() throws IOException {
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = in.read();
                if (c < 0) {
                    throw new IOException(
                            head.isEmpty() ? "closed without an answer" : "cut inside the head");
                }
                head.append((char) c);
            }
            return head.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}

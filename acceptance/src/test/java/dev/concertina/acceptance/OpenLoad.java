package dev.concertina.acceptance;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * Requests at a fixed rate, whatever becomes of earlier ones, on keep-alive connections that it
 * never retries: what fails is counted. Its own client on purpose: the JDK's retries in silence,
 * and the verifier must not be its own witness.
 */
public final class OpenLoad implements AutoCloseable {
    private static final int WAIT_MAX_MILLIS = 30_000;
    private static final int SAID_MAX = 1_000;

    /**
     * Far below the 75 s after which the gateway closes an idle connection: a request sent into
     * that close would fail without anybody having lost it (RFC 9112 section 9.5 tells clients to
     * expect it).
     */
    private static final long IDLE_MAX_NANOS = Duration.ofSeconds(20).toNanos();

    private final URI target;
    private final LongFunction<Request> requests;
    private volatile long periodNanos;
    private final Collection<Failure> failed = new ConcurrentLinkedQueue<>();
    private final ConcurrentHashMap<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, LongAdder> instances = new ConcurrentHashMap<>();
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final Thread clock;
    private volatile boolean stopped;

    /** What is asked; without a body. */
    public record Request(String method, String target) {}

    /**
     * A request that was not answered with 200; times as {@link System#nanoTime} counts.
     *
     * @param said the head and the beginning of the body, to see who answered and why
     */
    public record Failure(Request request, String outcome, String said, long sent, long ended) {}

    private OpenLoad(URI target, LongFunction<Request> requests, int requestsPerSecond) {
        this.target = target;
        this.requests = requests;
        rate(requestsPerSecond);
        this.clock = Thread.ofPlatform().name("open-load").daemon().start(this::tick);
    }

    public static OpenLoad start(String address, String path, int requestsPerSecond) {
        var get = new Request("GET", URI.create(address + path).getRawPath());
        return start(address, _ -> get, requestsPerSecond);
    }

    /**
     * @param requests by their number, from 1
     */
    public static OpenLoad start(
            String address, LongFunction<Request> requests, int requestsPerSecond) {
        return new OpenLoad(URI.create(address), requests, requestsPerSecond);
    }

    /** Requests per second from now on. */
    public final void rate(double perSecond) {
        periodNanos = (long) (1e9 / perSecond);
    }

    public Collection<Failure> failed() {
        return failed;
    }

    /** Waits until this many more requests were sent, so that a fault is seen by traffic. */
    public void awaitMore(int requests) {
        long goal = sent.get() + requests;
        Workspace.await(
                Duration.ofMinutes(2), () -> sent.get() >= goal, () -> "load stalled: " + outcomes);
    }

    public long sent() {
        return sent.get();
    }

    public Map<String, Long> failures() {
        var failures = new TreeMap<String, Long>();
        outcomes.forEach((outcome, count) -> failures.put(outcome, count.sum()));
        failures.remove("200");
        return failures;
    }

    public Map<String, Long> instances() {
        var seen = new TreeMap<String, Long>();
        instances.forEach((instance, count) -> seen.put(instance, count.sum()));
        return seen;
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
            Request request = requests.apply(sent.incrementAndGet());
            Thread.ofVirtual().start(() -> one(request));
        }
    }

    private void one(Request request) {
        long began = System.nanoTime();
        String outcome;
        Connection connection = null;
        try {
            connection = take();
            outcome = String.valueOf(connection.ask(request));
            if (connection.reusable) {
                synchronized (idle) {
                    connection.idleSince = System.nanoTime();
                    idle.push(connection);
                }
            } else {
                connection.close();
            }
        } catch (IOException e) {
            outcome = e.getClass().getSimpleName() + ": " + e.getMessage();
            if (connection != null) {
                connection.close();
            }
        }
        if (!outcome.equals("200")) {
            String said = connection == null ? "" : connection.said.toString();
            failed.add(new Failure(request, outcome, said, began, System.nanoTime()));
        }
        outcomes.computeIfAbsent(outcome, _ -> new LongAdder()).increment();
        running.decrementAndGet();
    }

    private Connection take() throws IOException {
        synchronized (idle) {
            // The last one given back lies on top: when it is too old, all are.
            if (!idle.isEmpty() && System.nanoTime() - idle.peek().idleSince < IDLE_MAX_NANOS) {
                return idle.pop();
            }
            idle.forEach(Connection::close);
            idle.clear();
        }
        return new Connection();
    }

    @Override
    public void close() {
        end();
    }

    /** Stops, and waits for what is in flight. */
    public void end() {
        stopped = true;
        LockSupport.unpark(clock);
        // Until its thread has ended, one more request may begin, on a connection closed below.
        Workspace.await(Duration.ofMinutes(1), () -> !clock.isAlive(), () -> "no end of the clock");
        Workspace.await(
                Duration.ofMinutes(1), () -> running.get() == 0, () -> running + " without end");
        synchronized (idle) {
            idle.forEach(Connection::close);
        }
    }

    private final class Connection {
        private final Socket socket = new Socket();
        private final InputStream in;
        private final StringBuilder said = new StringBuilder();
        private boolean reusable = true;
        private long idleSince;

        Connection() throws IOException {
            socket.setSoTimeout(WAIT_MAX_MILLIS);
            socket.setTcpNoDelay(true);
            socket.connect(
                    new InetSocketAddress(
                            java.net.InetAddress.getLoopbackAddress(), target.getPort()),
                    WAIT_MAX_MILLIS);
            in = new BufferedInputStream(socket.getInputStream());
        }

        int ask(Request request) throws IOException {
            said.setLength(0);
            String empty = request.method().equals("GET") ? "" : "Content-Length: 0\r\n";
            socket.getOutputStream()
                    .write(
                            (request.method()
                                            + " "
                                            + request.target()
                                            + " HTTP/1.1\r\nHost: "
                                            + target.getAuthority()
                                            + "\r\n"
                                            + empty
                                            + "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            String status = line();
            int length = -1;
            boolean chunked = false;
            for (String field = line(); !field.isEmpty(); field = line()) {
                said.append(field).append('\n');
                String name =
                        field.substring(0, field.indexOf(':')).toLowerCase(java.util.Locale.ROOT);
                String value = field.substring(field.indexOf(':') + 1).strip();
                switch (name) {
                    case "content-length" -> length = Integer.parseInt(value);
                    case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                    case "connection" -> reusable = !value.equalsIgnoreCase("close");
                    case "x-instance-id" ->
                            instances.computeIfAbsent(value, _ -> new LongAdder()).increment();
                    default -> {}
                }
            }
            if (chunked) {
                for (int size = size(); size > 0; size = size()) {
                    exactly(size);
                    line();
                }
                line();
            } else if (length >= 0) {
                exactly(length);
            } else {
                throw new IOException("response without a length");
            }
            return Integer.parseInt(status.split(" ")[1]);
        }

        private int size() throws IOException {
            return Integer.parseInt(line().split(";")[0].strip(), 16);
        }

        private void exactly(int bytes) throws IOException {
            byte[] body = in.readNBytes(bytes);
            if (body.length < bytes) {
                throw new IOException("cut inside the body");
            }
            int room = Math.clamp(SAID_MAX - said.length(), 0, bytes);
            said.append(new String(body, 0, room, StandardCharsets.UTF_8));
        }

        private String line() throws IOException {
            var line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c == -1) {
                    throw new IOException(
                            line.isEmpty() ? "closed before an answer" : "cut inside the head");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // It is of no more use either way.
            }
        }
    }
}

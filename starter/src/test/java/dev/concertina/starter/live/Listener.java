package dev.concertina.starter.live;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Subscribes to a channel again and again, naming the last position it saw, and notes everything.
 * Its own client on purpose: whatever comes over the wire is evidence, and nothing is repaired.
 */
public final class Listener implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 40_000;

    /** How it subscribes. */
    public enum Kind {
        EVENTS,
        SOCKET
    }

    private final Kind kind;
    private final IntSupplier port;
    private final String channel;
    private final Broadcast.Log log;
    private final Thread thread;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Optional<String> position = Optional.empty();
    private volatile Optional<Socket> socket = Optional.empty();
    private volatile String refused = "";
    private volatile boolean opened;
    private volatile boolean over;

    private Listener(Kind kind, IntSupplier port, String channel, Broadcast.Log log) {
        this.kind = kind;
        this.port = port;
        this.channel = channel;
        this.log = log;
        this.thread = Thread.ofVirtual().name("listener").start(this::run);
    }

    /**
     * @param port of whom to ask, each time anew
     */
    public static Listener start(Kind kind, IntSupplier port, String channel, Broadcast.Log log) {
        return new Listener(kind, port, channel, log);
    }

    /** Whether it was let in once. */
    public boolean opened() {
        return opened;
    }

    /** How often it was let in. */
    public int connections() {
        return connections.get();
    }

    /** What it was refused with, if with something that is no use to try again after. */
    public String refused() {
        return refused;
    }

    private void run() {
        while (!over) {
            try (var made = new Socket()) {
                socket = Optional.of(made);
                made.setSoTimeout(PATIENCE_MILLIS);
                made.setTcpNoDelay(true);
                made.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port.getAsInt()),
                        PATIENCE_MILLIS);
                if (kind == Kind.EVENTS) {
                    events(made);
                } else {
                    frames(made);
                }
            } catch (IOException e) {
                // Whoever was there is not any more; another one is.
            }
            LockSupport.parkNanos(
                    Duration.ofMillis(20 + ThreadLocalRandom.current().nextInt(100)).toNanos());
        }
    }

    private void events(Socket made) throws IOException {
        var resume = position.map(at -> "Last-Event-ID: " + at + "\r\n").orElse("");
        send(
                made,
                "GET /channels/"
                        + channel
                        + " HTTP/1.1\r\nHost: channels\r\n"
                        + "Accept: text/event-stream\r\n"
                        + resume
                        + "\r\n");
        var in = new BufferedInputStream(made.getInputStream());
        if (!head(in, 200)) {
            return;
        }
        var text = new StringBuilder();
        while (!over) {
            int size = Integer.parseInt(line(in).strip(), 16);
            if (size == 0) {
                return;
            }
            text.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
            line(in);
            for (int end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
                event(text.substring(0, end));
                text.delete(0, end + 2);
            }
        }
    }

    private void event(String block) {
        var id = "";
        var name = "";
        var data = "";
        for (var line : block.split("\n")) {
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            }
        }
        switch (name) {
            case "opened" -> opened(id);
            case "reset" -> reset(id);
            case "closing", "" -> {}
            default -> got(id, JsonMapper.shared().readTree(data));
        }
    }

    private void frames(Socket made) throws IOException {
        send(
                made,
                "GET /channels HTTP/1.1\r\nHost: channels\r\nConnection: Upgrade\r\nUpgrade:"
                        + " websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key:"
                        + " dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        var in = new DataInputStream(new BufferedInputStream(made.getInputStream()));
        if (!head(in, 101)) {
            return;
        }
        var since = position.map(at -> ",\"since\":\"" + at + "\"").orElse("");
        frame(made, "{\"subscribe\":\"" + channel + "\"" + since + "}");
        while (!over) {
            int opcode = in.readUnsignedByte() & 15;
            long length = in.readUnsignedByte();
            length =
                    length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
            var payload = in.readNBytes((int) length);
            if (opcode == 8) {
                return;
            }
            if (opcode == 1) {
                said(JsonMapper.shared().readTree(payload));
            }
        }
    }

    // Under a mask of zeros (RFC 6455, 5.3).
    private static void frame(Socket made, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var frame = new byte[bytes.length + 8];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | 126);
        frame[2] = (byte) (bytes.length >> 8);
        frame[3] = (byte) bytes.length;
        System.arraycopy(bytes, 0, frame, 8, bytes.length);
        made.getOutputStream().write(frame);
    }

    private void said(JsonNode frame) {
        if (frame.has("opened")) {
            opened(frame.get("id").asString());
        } else if (frame.has("reset")) {
            reset(frame.get("id").asString());
        } else if (frame.has("channel")) {
            got(frame.get("id").asString(), frame.get("data"));
        } else if (frame.has("refused") && frame.get("status").asInt() < 500) {
            refused = frame.toString();
        }
    }

    private void opened(String id) {
        if (position.isEmpty()) {
            log.anew();
            position = Optional.of(id);
        }
        connections.incrementAndGet();
        opened = true;
    }

    private void reset(String id) {
        position = Optional.of(id);
        log.reset();
    }

    private void got(String id, JsonNode data) {
        position = Optional.of(id);
        log.got(data.get("s").asString(), data.get("n").asInt(), id);
    }

    private boolean head(InputStream in, int expected) throws IOException {
        var status = Integer.parseInt(line(in).split(" ")[1]);
        for (var field = line(in); !field.isBlank(); field = line(in)) {
            // Nothing in the fields matters here.
        }
        if (status != expected && status < 500) {
            refused = "status " + status;
        }
        return status == expected;
    }

    private static void send(Socket made, String text) throws IOException {
        made.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the other side has closed");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Hangs up, as a network does; it comes back by itself. */
    public void cut() throws IOException {
        var made = socket;
        if (made.isPresent()) {
            made.get().close();
        }
    }

    @Override
    public void close() throws IOException {
        over = true;
        cut();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

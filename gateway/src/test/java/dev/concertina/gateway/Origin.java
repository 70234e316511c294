package dev.concertina.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server on a plain socket, so that it can misbehave. Each connection runs a script.
 */
public final class Origin implements AutoCloseable {
    private final ServerSocket server;
    private final Script script;
    private final Collection<Socket> open = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();

    /** What happens on one connection; it is closed when the script returns. */
    public interface Script {
        void run(Connection connection) throws Exception;
    }

    private Origin(int port, Script script) {
        try {
            this.server = new ServerSocket(port, 512, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    public static Origin with(Script script) {
        return new Origin(0, script);
    }

    public static Origin at(int port, Script script) {
        return new Origin(port, script);
    }

    /** Answers every request with 200 and this text, for ever. */
    public static Origin saying(String text) {
        return with(connection -> {
            while (connection.read() != null) {
                connection.respond(text);
            }
        });
    }

    public int port() {
        return server.getLocalPort();
    }

    public int connections() {
        return connections.get();
    }

    /** How often a request with this path was read. */
    public int seen(String path) {
        AtomicInteger count = seen.get(path);
        return count == null ? 0 : count.get();
    }

    /** The most often a path was read. */
    public int seenMost() {
        return seen.values().stream().mapToInt(AtomicInteger::get).max().orElse(0);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.run(new Connection(socket));
        } catch (Exception e) {
            // The peer went away, or the test is over.
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request as it was read: head as text, body as octets without chunks. */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    public record Request(String head, byte[] body) {
        public String method() {
            return head.substring(0, head.indexOf(' '));
        }

        public String path() {
            return head.split(" ", 3)[1];
        }
    }

    /** One accepted connection. */
    public final class Connection {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        private Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        public Socket socket() {
            return socket;
        }

        public InputStream in() {
            return in;
        }

        public OutputStream out() {
            return out;
        }

        /** The next request with its body, or null when the peer has closed. */
        public @Nullable Request read() throws IOException {
            String head = Wire.readHead(in);
            if (head == null) {
                return null;
            }
            Request request = new Request(head, Wire.readBody(in, head));
            seen.computeIfAbsent(request.path(), path -> new AtomicInteger()).incrementAndGet();
            return request;
        }

        /** The next request; an exception when the peer has closed. */
        public Request next() throws IOException {
            Request request = read();
            if (request == null) {
                throw new IOException("closed without a request");
            }
            return request;
        }

        /** The head alone. */
        public String readHead() throws IOException {
            String head = Wire.readHead(in);
            if (head == null) {
                throw new IOException("closed without a request");
            }
            return head;
        }

        public void write(String text) throws IOException {
            out.write(text.getBytes(ISO_8859_1));
            out.flush();
        }

        public void respond(String text) throws IOException {
            write("HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
        }

        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    /** HTTP/1.1 as far as tests need to read it. */
    public static final class Wire {
        private Wire() {}

        public static @Nullable String readHead(InputStream in) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            int state = 0;
            while (state < 4) {
                int octet = in.read();
                if (octet < 0) {
                    if (head.size() == 0) {
                        return null;
                    }
                    throw new IOException("ended within a head: " + head.toString(ISO_8859_1));
                }
                head.write(octet);
                state = octet == (state % 2 == 0 ? '\r' : '\n') ? state + 1 : 0;
            }
            return head.toString(ISO_8859_1);
        }

        public static byte[] readBody(InputStream in, String head) throws IOException {
            String lower = head.toLowerCase(java.util.Locale.ROOT);
            if (lower.contains("transfer-encoding: chunked")) {
                return readChunks(in);
            }
            int at = lower.indexOf("content-length:");
            if (at < 0) {
                return new byte[0];
            }
            int length =
                    Integer.parseInt(lower.substring(at + 15, lower.indexOf('\r', at)).strip());
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new IOException("ended within a body: " + body.length + " of " + length);
            }
            return body;
        }

        private static byte[] readChunks(InputStream in) throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            while (true) {
                int size = Integer.parseInt(line(in).split(";")[0].strip(), 16);
                if (size == 0) {
                    while (!line(in).isEmpty()) {
                        // Trailers are not looked at.
                    }
                    return body.toByteArray();
                }
                byte[] chunk = in.readNBytes(size);
                if (chunk.length < size) {
                    throw new IOException("ended within a chunk");
                }
                body.write(chunk);
                line(in);
            }
        }

        public static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0) {
                    throw new IOException("ended within a line");
                }
                if (octet != '\r') {
                    line.append((char) octet);
                }
            }
            return line.toString();
        }
    }
}

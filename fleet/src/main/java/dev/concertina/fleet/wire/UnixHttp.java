package dev.concertina.fleet.wire;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client for HTTP/1.1 with JSON over a Unix domain socket, one connection a call. The JDK's
 * client does not speak Unix sockets. Calls block; use a virtual thread.
 */
public final class UnixHttp {
    private static final ScheduledExecutorService DEADLINES =
            Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().daemon().name("wire-deadlines").unstarted(task));

    private final Path socket;

    public UnixHttp(Path socket) {
        this.socket = socket;
    }

    /** The answer to a call. */
    public record Reply(int status, String body) {
        public boolean ok() {
            return status >= 200 && status < 300;
        }

        public <T> T as(Class<T> type) {
            return Json.read(body, type);
        }
    }

    /**
     * Sends one request and waits for the whole answer.
     *
     * @param body written as JSON; null: none
     * @throws IOException if nobody answers on the socket, or not within the time
     */
    public Reply call(String method, String target, @Nullable Object body, Duration timeout)
            throws IOException {
        try (SocketChannel channel = connect()) {
            ScheduledFuture<?> deadline =
                    DEADLINES.schedule(
                            () -> closeQuietly(channel), timeout.toNanos(), TimeUnit.NANOSECONDS);
            try {
                InputStream in = send(channel, method, target, body);
                int status = status(in);
                return new Reply(status, HttpText.body(in, HttpText.fields(in)));
            } catch (IOException e) {
                if (!channel.isOpen()) {
                    throw new IOException(
                            method
                                    + " "
                                    + target
                                    + " on "
                                    + socket
                                    + ": no answer within "
                                    + timeout,
                            e);
                }
                throw e;
            } finally {
                deadline.cancel(false);
            }
        }
    }

    /**
     * Sends one request and hands over the answer line by line as it comes.
     *
     * @return the status
     * @throws IOException if the connection breaks before the server ends it
     */
    public int stream(String method, String target, @Nullable Object body, Consumer<String> line)
            throws IOException {
        try (SocketChannel channel = connect()) {
            InputStream in = send(channel, method, target, body);
            int status = status(in);
            Map<String, String> fields = HttpText.fields(in);
            if (fields.containsKey("content-length")) {
                HttpText.body(in, fields).lines().forEach(line);
                return status;
            }
            for (String next = HttpText.line(in); next != null; next = HttpText.line(in)) {
                line.accept(next);
            }
            return status;
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            closeQuietly(channel);
            throw new IOException("nobody listens on " + socket + ": " + e.getMessage(), e);
        }
    }

    private static InputStream send(
            SocketChannel channel, String method, String target, @Nullable Object body)
            throws IOException {
        byte[] content =
                body == null ? new byte[0] : Json.write(body).getBytes(StandardCharsets.UTF_8);
        String head =
                method
                        + " "
                        + target
                        + " HTTP/1.1\r\nHost: concertina\r\nConnection: close\r\n"
                        + "Content-Type: application/json\r\nContent-Length: "
                        + content.length
                        + "\r\n\r\n";
        var out = Channels.newOutputStream(channel);
        var bytes = new java.io.ByteArrayOutputStream();
        bytes.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(content);
        out.write(bytes.toByteArray());
        return new BufferedInputStream(Channels.newInputStream(channel));
    }

    private static int status(InputStream in) throws IOException {
        String line = HttpText.line(in);
        if (line == null) {
            throw new IOException("the connection ended before an answer");
        }
        String[] words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
            throw new IOException("not HTTP: " + line);
        }
        return Integer.parseInt(words[1]);
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}

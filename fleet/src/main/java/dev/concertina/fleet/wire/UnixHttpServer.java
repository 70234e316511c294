package dev.concertina.fleet.wire;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URLDecoder;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Serves HTTP/1.1 with JSON on a Unix domain socket that only its owner may use (mode 0600), a
 * virtual thread and a connection for each call.
 */
public final class UnixHttpServer implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel listener;
    private final Handler handler;

    /** Answers one request: either {@link Response#json} once, or {@link Response#line} often. */
    @FunctionalInterface
    public interface Handler {
        void handle(Request request, Response response) throws Exception;
    }

    /**
     * @param query decoded parameters of the request target
     */
    public record Request(String method, String path, Map<String, String> query, String body) {
        public <T> T as(Class<T> type) {
            return Json.read(body, type);
        }

        public Optional<String> parameter(String name) {
            return Optional.ofNullable(query.get(name));
        }
    }

    private UnixHttpServer(Path socket, ServerSocketChannel listener, Handler handler) {
        this.socket = socket;
        this.listener = listener;
        this.handler = handler;
    }

    /**
     * Listens and serves until closed.
     *
     * @throws IOException if somebody answers on the socket already; a file that a killed
     *     predecessor left is replaced
     */
    public static UnixHttpServer open(Path socket, Handler handler) throws IOException {
        removeStale(socket);
        Path directory = socket.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        var server = new UnixHttpServer(socket, listener, handler);
        Thread.ofPlatform().name("control-socket").daemon().start(server::accept);
        return server;
    }

    private static void removeStale(Path socket) throws IOException {
        if (!Files.exists(socket)) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            Files.deleteIfExists(socket);
            return;
        }
        throw new IOException(
                socket + " is served by another process already. Use that one, or end it first.");
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel channel = listener.accept();
                Thread.ofVirtual().name("control-call").start(() -> serve(channel));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            var in = new BufferedInputStream(Channels.newInputStream(channel));
            String line = HttpText.line(in);
            if (line == null) {
                return;
            }
            var response = new Response(Channels.newOutputStream(channel));
            try {
                Map<String, String> fields = HttpText.fields(in);
                handler.handle(request(line, HttpText.body(in, fields)), response);
                response.finish();
            } catch (UncheckedIOException e) {
                // The caller has gone: what it asked for goes on without it.
            } catch (Exception e) {
                response.failed(e);
            }
        } catch (IOException e) {
            // The caller has gone.
        }
    }

    private static Request request(String line, String body) throws IOException {
        String[] words = line.split(" ");
        if (words.length != 3) {
            throw new IOException("not a request line: " + line);
        }
        int question = words[1].indexOf('?');
        String path = question < 0 ? words[1] : words[1].substring(0, question);
        var query = new LinkedHashMap<String, String>();
        if (question >= 0) {
            for (String pair : words[1].substring(question + 1).split("&")) {
                int equals = pair.indexOf('=');
                query.put(
                        decode(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return new Request(words[0], path, query, body);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            listener.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The way back to one caller. */
    public static final class Response {
        private final OutputStream out;
        private boolean begun;
        private boolean streaming;

        private Response(OutputStream out) {
            this.out = out;
        }

        /** Answers with one JSON value and ends. */
        public void json(int status, Object value) {
            byte[] content = Json.write(value).getBytes(StandardCharsets.UTF_8);
            head(status, "application/json", "Content-Length: " + content.length + "\r\n");
            write(content);
        }

        /**
         * Answers 200 at the first call and sends one line of JSON at each.
         *
         * @throws UncheckedIOException when the caller has gone
         */
        public void line(Object value) {
            synchronized (this) {
                if (!begun) {
                    head(200, "application/x-ndjson", "");
                    streaming = true;
                }
                write((Json.write(value) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }

        private void finish() {
            if (!begun) {
                json(200, Map.of());
            }
        }

        private void failed(Exception e) {
            if (streaming) {
                return;
            }
            if (!begun) {
                String message = e.getMessage();
                json(
                        e instanceof IllegalArgumentException ? 400 : 500,
                        Map.of("error", message == null ? e.toString() : message));
            }
        }

        private void head(int status, String type, String more) {
            begun = true;
            write(
                    ("HTTP/1.1 "
                                    + status
                                    + " "
                                    + reason(status)
                                    + "\r\nContent-Type: "
                                    + type
                                    + "\r\nConnection: close\r\n"
                                    + more
                                    + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        }

        private void write(byte[] bytes) {
            try {
                out.write(bytes);
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String reason(int status) {
            return switch (status) {
                case 200 -> "OK";
                case 400 -> "Bad Request";
                case 404 -> "Not Found";
                case 409 -> "Conflict";
                case 500 -> "Internal Server Error";
                default -> "Other";
            };
        }
    }
}

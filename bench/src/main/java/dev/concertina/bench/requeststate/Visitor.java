package dev.concertina.bench.requeststate;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One user with one kept connection: a session of their own, cookies as a browser keeps them, and a
 * token where the application gives one. For one thread at a time.
 */
final class Visitor implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private final Map<String, byte[]> prepared = new LinkedHashMap<>();
    private String token = "";

    /** Comes for the first time, and so gets a session. */
    Visitor(int port, String name) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.token = get("/enter?user=" + name);
        prepared.clear();
    }

    /** A request that needs no shared state brings none. */
    String get(String path) throws IOException {
        socket.getOutputStream().write(prepared.computeIfAbsent(path, this::request));
        return answer(path);
    }

    private byte[] request(String path) {
        var text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: bench\r\n");
        if (!path.equals(Subject.PLAIN)) {
            if (!cookies.isEmpty()) {
                text.append("Cookie: ")
                        .append(
                                cookies.entrySet().stream()
                                        .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                                        .collect(Collectors.joining("; ")))
                        .append("\r\n");
            }
            if (!token.isEmpty()) {
                text.append("Authorization: Bearer ").append(token).append("\r\n");
            }
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private String answer(String path) throws IOException {
        String status = line();
        int length = -1;
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            String value = field.substring(colon + 1).strip();
            switch (field.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = Integer.parseInt(value);
                case "set-cookie" -> keep(value);
                default -> {}
            }
        }
        if (length < 0) {
            throw new IOException(path + " answered without a length: " + status);
        }
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        if (!status.contains(" 200")) {
            throw new IOException(path + " answered " + status + " " + body);
        }
        return body;
    }

    private void keep(String field) {
        String pair = field.split(";", 2)[0];
        int equals = pair.indexOf('=');
        cookies.put(pair.substring(0, equals), pair.substring(equals + 1));
        prepared.clear();
    }

    private String line() throws IOException {
        var line = new StringBuilder(64);
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("the application hung up");
            }
            if (octet != '\r') {
                line.append((char) octet);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package dev.concertina.starter.instance;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One connection that repeats nothing by itself, so that what is lost is seen. */
final class Wire implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Wire(int port) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * @param last whether the connection is to be closed after it
     */
    record Answer(int status, boolean last, String body) {}

    void ask(String path) throws IOException {
        var text = "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    Answer answer() throws IOException {
        var head = head();
        var lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length: ");
        int length =
                at < 0 ? 0 : Integer.parseInt(lower.substring(at + 16, lower.indexOf('\r', at)));
        var body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("cut in the body");
        }
        return new Answer(
                Integer.parseInt(head.substring(9, 12)),
                lower.contains("\r\nconnection: close\r\n"),
                new String(body, StandardCharsets.US_ASCII));
    }

    private String head() throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("cut in the head: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** What comes until the other side ends. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

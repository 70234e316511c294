package dev.concertina.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;

/** A client on a plain socket that sends what it is told and reads strictly. */
public final class Client implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;

    public Client(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Speaks on a socket that is connected already. */
    public Client(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** A response; {@code head} is the text up to the empty line. */
    public record Response(int status, String head, String body) {
        public String field(String name) {
            String start = "\r\n" + name.toLowerCase(Locale.ROOT) + ":";
            int at = head.toLowerCase(Locale.ROOT).indexOf(start);
            return at < 0
                    ? ""
                    : head.substring(at + start.length(), head.indexOf('\r', at + 2)).strip();
        }
    }

    public Client send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    public Response get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n").read();
    }

    public Response post(String path, String body) throws IOException {
        return send("POST "
                        + path
                        + " HTTP/1.1\r\nHost: test\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body)
                .read();
    }

    /** Reads one response; a body that is cut off is an exception. */
    public Response read() throws IOException {
        String head = readHead();
        int status = status(head);
        if (status < 200 || status == 204 || status == 304) {
            return new Response(status, head, "");
        }
        String lower = head.toLowerCase(Locale.ROOT);
        boolean framed = lower.contains("content-length:") || lower.contains("transfer-encoding:");
        byte[] body = framed ? Origin.Wire.readBody(in, head) : in.readAllBytes();
        return new Response(status, head, new String(body, ISO_8859_1));
    }

    public String readHead() throws IOException {
        String head = Origin.Wire.readHead(in);
        if (head == null) {
            throw new IOException("closed without a response");
        }
        return head;
    }

    public static int status(String head) {
        return Integer.parseInt(head.substring(9, 12));
    }

    public InputStream in() {
        return in;
    }

    public Socket socket() {
        return socket;
    }

    /** Whether the gateway has closed, now or within the patience of this client. */
    public boolean ended() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

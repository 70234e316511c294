package dev.concertina.acceptance.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;

/** One end of a connection that says and reads exactly what a test wants. */
final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    static Wire to(int port) throws IOException {
        return new Wire(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    void respond(int status, String fields, String body) throws IOException {
        String more = fields.isEmpty() ? "" : fields.replace("\n", "\r\n") + "\r\n";
        String length = status == 204 || status == 304 ? "" : "Content-Length: " + body.length();
        write(
                "HTTP/1.1 "
                        + status
                        + " Said\r\n"
                        + more
                        + (length.isEmpty() ? "" : length + "\r\n")
                        + "\r\n"
                        + body);
    }

    /** One exchange on this connection; the fields' lines end with {@code \r\n}. */
    Message ask(String method, String target, String fields, String body) throws IOException {
        write(request(method, target, fields, body));
        return read(method.equals("HEAD"));
    }

    static String request(String method, String target, String fields, String body) {
        return method
                + " "
                + target
                + " HTTP/1.1\r\nHost: app.test\r\n"
                + fields
                + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
                + "\r\n"
                + body;
    }

    /**
     * @param bodyless the answer to a HEAD
     * @throws EOFException if the other side closed before the first octet
     */
    Message read(boolean bodyless) throws IOException {
        String head = head();
        boolean response = head.startsWith("HTTP/");
        String lower = head.toLowerCase(Locale.ROOT);
        int status = response ? Integer.parseInt(head.split(" ")[1]) : 0;
        if (bodyless || status == 204 || status == 304 || status == 101) {
            return new Message(head, "");
        }
        if (lower.contains("\ntransfer-encoding: chunked")) {
            return new Message(head, chunks());
        }
        int at = lower.indexOf("\ncontent-length:");
        if (at >= 0) {
            int end = lower.indexOf('\n', at + 1);
            String number = lower.substring(at + 16, end < 0 ? lower.length() : end).strip();
            return new Message(head, exactly(Integer.parseInt(number)));
        }
        return new Message(head, response ? rest() : "");
    }

    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append('\n');
        }
        return head.toString().stripTrailing();
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("closed after '" + line + "'");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private String chunks() throws IOException {
        StringBuilder body = new StringBuilder();
        for (int size = size(); size > 0; size = size()) {
            body.append(exactly(size));
            line();
        }
        head();
        return body.toString();
    }

    private int size() throws IOException {
        return Integer.parseInt(line().split(";")[0].strip(), 16);
    }

    String exactly(int octets) throws IOException {
        byte[] read = in.readNBytes(octets);
        if (read.length < octets) {
            throw new EOFException("closed after " + read.length + " of " + octets);
        }
        return new String(read, ISO_8859_1);
    }

    private String rest() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    /** Whether the other side closes without another octet. */
    boolean closes() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException e) {
            return true; // With a reset, because it had not read everything.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package dev.concertina.acceptance.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** One connection that is used as it should not be, from an address of the loopback of its own. */
final class Attacker implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;

    /**
     * @param number of the address in 127.0.0.0/8 it comes from; 1 is what everybody uses
     */
    Attacker(int port, int number) throws IOException {
        InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) number});
        socket = new Socket(InetAddress.getLoopbackAddress(), port, here, 0);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    Attacker send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        return this;
    }

    /** Sends an octet from time to time until nobody takes it any more. */
    String dribble(String text, long betweenNanos) {
        try {
            for (int i = 0; ; i++) {
                send(text.substring(i % text.length(), i % text.length() + 1));
                LockSupport.parkNanos(betweenNanos);
                if (socket.getInputStream().available() > 0) {
                    return answer();
                }
            }
        } catch (IOException ended) {
            return "closed";
        }
    }

    /** Reads in the background, so that the other side never waits for this to listen. */
    CompletableFuture<String> listen() {
        CompletableFuture<String> heard = new CompletableFuture<>();
        var _ = Thread.ofVirtual().start(() -> heard.complete(everything()));
        return heard;
    }

    /**
     * The status that came before the end; {@code closed} without one, {@code open} without end.
     */
    String answer() {
        String answer = everything();
        return answer.equals("open")
                ? answer
                : answer.length() < 12 ? "closed" : answer.substring(9, 12);
    }

    private String everything() {
        StringBuilder answer = new StringBuilder();
        try {
            InputStream in = socket.getInputStream();
            byte[] octets = new byte[8192];
            for (int count = in.read(octets); count >= 0; count = in.read(octets)) {
                answer.append(new String(octets, 0, count, ISO_8859_1));
            }
        } catch (SocketTimeoutException stillOpen) {
            return "open";
        } catch (IOException reset) {
            // What came before it counts.
        }
        return answer.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no more use either way.
        }
    }
}

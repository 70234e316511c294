package dev.concertina.starter.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;

/**
 * Stands between clients and Redis and can make those connections deaf that listen: they stay open,
 * and nothing comes any more, as from a replica that was cut off.
 */
public final class ListeningRelay implements AutoCloseable {
    private final ServerSocket listener;
    private final IntSupplier upstream;
    private final List<Pair> pairs = new CopyOnWriteArrayList<>();

    private static final class Pair {
        private final Socket client;
        private final Socket server;
        private volatile boolean listens;
        private volatile boolean muted;

        Pair(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }
    }

    public ListeningRelay(int upstream) throws IOException {
        this(() -> upstream);
    }

    /**
     * @param upstream asked for each connection
     */
    public ListeningRelay(IntSupplier upstream) throws IOException {
        this.upstream = upstream;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    public String url() {
        return "redis://127.0.0.1:" + port();
    }

    /** Cuts every connection there is. */
    public void cutAll() throws IOException {
        for (var pair : pairs) {
            pair.client.close();
            pair.server.close();
        }
    }

    /** Those that listen now hear nothing any more; new ones do. */
    public int mute() {
        int count = 0;
        for (var pair : pairs) {
            if (pair.listens && !pair.muted && !pair.client.isClosed()) {
                pair.muted = true;
                count++;
            }
        }
        return count;
    }

    /** Resets those that listen. */
    public void cut() throws IOException {
        for (var pair : pairs) {
            if (pair.listens) {
                pair.client.close();
                pair.server.close();
            }
        }
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                try {
                    var server = new Socket(InetAddress.getLoopbackAddress(), upstream.getAsInt());
                    client.setTcpNoDelay(true);
                    server.setTcpNoDelay(true);
                    var pair = new Pair(client, server);
                    pairs.add(pair);
                    Thread.ofVirtual().start(() -> requests(pair));
                    Thread.ofVirtual().start(() -> replies(pair));
                } catch (IOException e) {
                    // Nobody is there; the client sees what it would see without us.
                    client.close();
                }
            }
        } catch (IOException e) {
            // Closed: the relay's end.
        }
    }

    private static void requests(Pair pair) {
        try (var from = pair.client;
                var to = pair.server) {
            var bytes = new byte[8192];
            for (int n = from.getInputStream().read(bytes);
                    n >= 0;
                    n = from.getInputStream().read(bytes)) {
                pair.listens |=
                        new String(bytes, 0, n, StandardCharsets.ISO_8859_1).contains("SUBSCRIBE");
                to.getOutputStream().write(bytes, 0, n);
            }
        } catch (IOException e) {
            // One side hung up; the other follows.
        }
    }

    private static void replies(Pair pair) {
        try (var from = pair.server;
                var to = pair.client) {
            var bytes = new byte[8192];
            for (int n = from.getInputStream().read(bytes);
                    n >= 0;
                    n = from.getInputStream().read(bytes)) {
                if (!pair.muted) {
                    to.getOutputStream().write(bytes, 0, n);
                }
            }
        } catch (IOException e) {
            // One side hung up; the other follows.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cutAll();
    }
}

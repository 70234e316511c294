package dev.concertina.starter.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * Stands between a client and Redis and notes every command that passes, as RESP arrays are read
 * off the socket. Nothing is counted that was not on the wire.
 */
public final class CountingRelay implements AutoCloseable {
    private final ServerSocket listener;
    private final int upstream;
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    public CountingRelay(int upstream) throws IOException {
        this.upstream = upstream;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public String url() {
        return "redis://127.0.0.1:" + listener.getLocalPort();
    }

    /** The names of the commands since the last call. */
    public List<String> take() {
        var taken = List.copyOf(commands);
        commands.clear();
        return taken;
    }

    /** Cuts every connection; new ones are accepted. */
    public void cut() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
    }

    /** From now on commands are taken and not passed on, as by a server that hangs. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    /** Passes on what was held, in order. */
    public void release() {
        gate.countDown();
    }

    /** Lets new connections through again; those that were held stay so until they are cut. */
    public void forget() {
        gate = new CountDownLatch(0);
    }

    private void accept() {
        try {
            while (true) {
                pass(listener.accept());
            }
        } catch (IOException e) {
            // Closed: the relay's end.
        }
    }

    private void pass(Socket client) throws IOException {
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), upstream);
        } catch (IOException e) {
            // Nobody listens there now; the client sees what it would see without us.
            client.close();
            return;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(server);
        Thread.ofVirtual().start(() -> requests(client, server));
        Thread.ofVirtual().start(() -> copy(server, client));
    }

    private void requests(Socket client, Socket server) {
        try (client;
                server) {
            var in = new BufferedInputStream(client.getInputStream());
            var out = new BufferedOutputStream(server.getOutputStream());
            while (true) {
                commands.add(command(in, out));
                gate.await();
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // One side hung up; the other follows.
        }
    }

    private static String command(InputStream in, OutputStream out) throws IOException {
        int parts = Integer.parseInt(line(in, out).substring(1));
        var name = "";
        for (int i = 0; i < parts; i++) {
            int length = Integer.parseInt(line(in, out).substring(1));
            var part = in.readNBytes(length + 2);
            out.write(part);
            if (i == 0) {
                name = new String(part, 0, length, StandardCharsets.US_ASCII);
            }
        }
        return name.toUpperCase(Locale.ROOT);
    }

    private static String line(InputStream in, OutputStream out) throws IOException {
        var line = new StringBuilder();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("end of stream");
            }
            out.write(b);
            if (b == '\n') {
                return line.toString();
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side hung up; the other follows.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}

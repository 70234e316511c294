package dev.concertina.verifier.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that answers the requests of each connection with given bytes, then closes it. */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    private final List<String> answers;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile String lastHead = "";
    private volatile boolean resetting;
    private volatile boolean silent;

    ScriptedServer(String... answers) throws IOException {
        this.answers = List.of(answers);
        Thread.ofVirtual().start(this::accept);
    }

    /** Ends connections with RST instead of FIN. */
    ScriptedServer resetting() {
        resetting = true;
        return this;
    }

    /** Leaves connections open, and says nothing more. */
    ScriptedServer silent() {
        silent = true;
        return this;
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    int requests() {
        return requests.get();
    }

    String lastHead() {
        return lastHead;
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                open.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void serve(Socket socket) {
        try {
            for (var answer : answers) {
                lastHead = head(socket);
                requests.incrementAndGet();
                socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
            }
            if (resetting) {
                socket.setSoLinger(true, 0);
            }
            if (!silent) {
                socket.close();
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static String head(Socket socket) throws IOException {
        var head = new StringBuilder();
        var in = socket.getInputStream();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed");
            }
            head.append((char) b);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : open) {
            socket.close();
        }
    }
}

package dev.concertina.starter.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Passes octets between clients and a server, which may become another one. It can break
 * connections off, and it can stop passing anything on without breaking them off.
 */
public final class FaultyRelay implements AutoCloseable {
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile int upstream;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    public FaultyRelay(int upstream) throws IOException {
        this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        this.upstream = upstream;
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** New connections lead there; those that are open stay where they are. */
    public void lead(int port) {
        upstream = port;
    }

    /** Breaks off every connection. */
    public void cut() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
    }

    /** Passes nothing on from now, in either direction, on connections old and new. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    /** Passes on what was held, however late, also what was sent by who has hung up since. */
    public void release() {
        gate.countDown();
    }

    /** Passes on what comes over new connections; what was held stays so. */
    public void abandon() {
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
        Thread.ofVirtual().start(() -> copy(client, server));
        Thread.ofVirtual().start(() -> copy(server, client));
    }

    private void copy(Socket from, Socket to) {
        var octets = new byte[16_384];
        try (from;
                to) {
            int length = from.getInputStream().read(octets);
            while (length >= 0) {
                gate.await();
                to.getOutputStream().write(octets, 0, length);
                length = from.getInputStream().read(octets);
            }
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // One side hung up; the other follows.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        gate.countDown();
        cut();
    }
}

package dev.concertina.acceptance.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An instance behind the gateway: real sockets, and a script for each request. */
final class Origin implements AutoCloseable {
    private final ServerSocket server;
    private final Thread acceptor;
    private final Answer answer;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Message> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    /** What is done with one request; false ends the connection. */
    interface Answer {
        boolean to(Message request, Wire wire) throws Exception;
    }

    Origin(Answer answer) {
        this.answer = answer;
        try {
            server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        acceptor = Thread.ofVirtual().start(this::accept);
    }

    /** Answers everything with this text. */
    static Origin saying(String text) {
        return new Origin((request, wire) -> {
            wire.respond(200, "Content-Type: text/plain", request.isHead() ? "" : text);
            return true;
        });
    }

    /** Answers with the head of the request, an empty line and its body. */
    static Origin mirror() {
        return new Origin((request, wire) -> {
            wire.respond(200, "Content-Type: text/plain", request.head() + "\n" + request.body());
            return true;
        });
    }

    int port() {
        return server.getLocalPort();
    }

    List<Message> seen() {
        return seen;
    }

    /** Connections that the gateway holds at this moment. */
    int held() {
        return open.size();
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Wire wire = new Wire(socket);
            boolean more = true;
            while (more) {
                Message request = wire.read(false);
                seen.add(request);
                more = answer.to(request, wire);
            }
        } catch (Exception e) {
            // The gateway went away, or the test is over.
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            // It may have one in its hands that is not among the open ones yet.
            acceptor.join();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

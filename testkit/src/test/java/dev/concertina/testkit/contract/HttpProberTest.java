package dev.concertina.testkit.contract;

import com.sun.net.httpserver.HttpServer;
import dev.concertina.fleet.probe.HttpProber;
import dev.concertina.fleet.probe.Prober;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

class HttpProberTest extends ProberContract {
    private final Prober prober = new HttpProber();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Override
    protected Prober prober() {
        return prober;
    }

    @Override
    protected URI answering(int status, String body) {
        try {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            server.createContext(
                    "/",
                    exchange -> {
                        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                        exchange.getResponseBody().write(bytes);
                        exchange.close();
                    });
            server.start();
            open.add(() -> server.stop(0));
            return uri(server.getAddress().getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected URI refusing() {
        ServerSocket listener = listener();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return uri(listener.getLocalPort());
    }

    @Override
    protected URI silent() {
        return uri(listener().getLocalPort());
    }

    @Override
    protected URI breaking() {
        ServerSocket listener = listener();
        Thread.ofVirtual()
                .start(() -> {
                    try (Socket socket = listener.accept()) {
                        int _ = socket.getInputStream().read(new byte[1024]);
                    } catch (IOException e) {
                        // The test is over.
                    }
                });
        return uri(listener.getLocalPort());
    }

    private ServerSocket listener() {
        try {
            ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            open.add(listener);
            return listener;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port + "/health/ready");
    }
}

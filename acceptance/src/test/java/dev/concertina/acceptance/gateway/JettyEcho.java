package dev.concertina.acceptance.gateway;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/** Jetty as an instance that says what it has read. */
final class JettyEcho implements AutoCloseable {
    private final Server server =
            new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    JettyEcho(Echo echo) throws Exception {
        server.setHandler(
                new Handler.Abstract() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback)
                            throws Exception {
                        byte[] body;
                        try (InputStream in = Content.Source.asInputStream(request)) {
                            body = in.readAllBytes();
                        }
                        String target = request.getHttpURI().getPathQuery();
                        Content.Sink.write(
                                response,
                                true,
                                echo.note(request.getMethod(), target, body),
                                callback);
                        return true;
                    }
                });
        server.start();
    }

    int port() {
        return server.getURI().getPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

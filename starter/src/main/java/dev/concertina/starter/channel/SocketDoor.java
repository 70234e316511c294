package dev.concertina.starter.channel;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Makes a WebSocket of a request, by the container's own means (Jakarta WebSocket 2.1). */
final class SocketDoor {
    private final Channels channels;
    private final Feeds feeds;
    private final ChannelSettings settings;
    private final Doorman doorman;

    SocketDoor(Channels channels, Feeds feeds, ChannelSettings settings, Doorman doorman) {
        this.channels = channels;
        this.feeds = feeds;
        this.settings = settings;
        this.doorman = doorman;
    }

    void open(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!(container(request.getServletContext()) instanceof ServerContainer container)) {
            Problems.NOT_A_WEBSOCKET.write(response);
            return;
        }
        var socket = new Socket(channels, feeds, settings, doorman, Doorman.caller(request));
        var configuration =
                ServerEndpointConfig.Builder.create(Socket.class, settings.path())
                        .configurator(
                                new ServerEndpointConfig.Configurator() {
                                    @Override
                                    public <T> T getEndpointInstance(Class<T> type) {
                                        return type.cast(socket);
                                    }

                                    // Compression costs memory for each client and processor
                                    // time for each copy of what is published, and the clients
                                    // have to wait for it.
                                    @Override
                                    public List<Extension> getNegotiatedExtensions(
                                            List<Extension> installed, List<Extension> requested) {
                                        return List.of();
                                    }
                                })
                        .build();
        try {
            container.upgradeHttpToWebSocket(request, response, configuration, Map.of());
        } catch (DeploymentException e) {
            throw new IOException("no WebSocket could be opened", e);
        }
    }

    private static Object container(ServletContext context) {
        var found = context.getAttribute(ServerContainer.class.getName());
        return found == null ? "none" : found;
    }
}

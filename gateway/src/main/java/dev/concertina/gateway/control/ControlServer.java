package dev.concertina.gateway.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** Listens on the control socket, a file only its owner may use. */
public final class ControlServer {
    private static final int BODY_MAX = 16 * 1024 * 1024;

    private final ControlSocket socket;
    private final Channel listener;

    private ControlServer(ControlSocket socket, Channel listener) {
        this.socket = socket;
        this.listener = listener;
    }

    /**
     * Listens at the process's own path and at this one.
     *
     * @throws IOException if somebody else answers there, or the file cannot be made
     */
    public static ControlServer open(Path path, EventLoopGroup group, Engine engine)
            throws IOException {
        ControlSocket socket = ControlSocket.at(path);
        socket.refuseIfTaken();
        ControlServer server = listen(socket, group, engine);
        socket.claim();
        return server;
    }

    /** Listens at the process's own path until it is told to accept, then at this one too. */
    public static ControlServer standBy(Path path, EventLoopGroup group, Engine engine)
            throws IOException {
        return listen(ControlSocket.at(path), group, engine);
    }

    private static ControlServer listen(ControlSocket socket, EventLoopGroup group, Engine engine)
            throws IOException {
        // What a killed process of this pid left.
        Files.deleteIfExists(socket.own());
        Channel listener =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerDomainSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel child) {
                                        child.pipeline()
                                                .addLast(
                                                        new HttpServerCodec(),
                                                        new HttpObjectAggregator(BODY_MAX),
                                                        new ControlHandler(engine, socket));
                                    }
                                })
                        .bind(UnixDomainSocketAddress.of(socket.own()))
                        .syncUninterruptibly()
                        .channel();
        socket.makePrivate();
        return new ControlServer(socket, listener);
    }

    /** Removes the files and stops listening. */
    public void close() throws IOException {
        // Netty removes the process's own path when it closes, by which the other is recognised.
        socket.remove();
        listener.close().syncUninterruptibly();
    }
}

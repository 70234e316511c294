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
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Listens on the control socket, a file only its owner may use. */
public final class ControlServer {
    private static final int BODY_MAX = 16 * 1024 * 1024;

    private ControlServer() {}

    /**
     * @throws IOException if somebody else answers there, or the file cannot be made
     */
    public static Channel open(Path socket, EventLoopGroup group, Engine engine)
            throws IOException {
        removeStale(socket);
        // Bound under another name, so that nobody connects before the file is private.
        // A short one: addresses of Unix sockets end at 107 octets.
        String pid = Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
        Path hidden = socket.resolveSibling('~' + pid);
        Files.deleteIfExists(hidden);
        Channel channel =
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
                                                        new ControlHandler(engine));
                                    }
                                })
                        .bind(UnixDomainSocketAddress.of(hidden))
                        .syncUninterruptibly()
                        .channel();
        Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rw-------"));
        Files.move(hidden, socket);
        return channel;
    }

    private static void removeStale(Path socket) throws IOException {
        if (!Files.exists(socket)) {
            return;
        }
        if (answers(socket)) {
            throw new IOException(
                    "control socket "
                            + socket
                            + " is in use by another gateway. Stop that one, or name another path"
                            + " with --control");
        }
        Files.delete(socket);
    }

    private static boolean answers(Path socket) {
        try (SocketChannel somebody = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return somebody.isConnected();
        } catch (IOException nobody) {
            return false;
        }
    }
}

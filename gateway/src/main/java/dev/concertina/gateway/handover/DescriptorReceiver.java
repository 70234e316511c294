package dev.concertina.gateway.handover;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A Unix domain socket where descriptors arrive from a process of the same user. */
final class DescriptorReceiver implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final BlockingQueue<FileDescriptor> arrived = new LinkedBlockingQueue<>();
    private final Path path;

    /** Listens there from now on. */
    DescriptorReceiver(Path path) throws IOException {
        this.path = path;
        Files.deleteIfExists(path);
        new ServerBootstrap()
                .group(group)
                .channel(EpollServerDomainSocketChannel.class)
                .childOption(
                        EpollChannelOption.DOMAIN_SOCKET_READ_MODE,
                        DomainSocketReadMode.FILE_DESCRIPTORS)
                .childHandler(
                        new ChannelInitializer<EpollDomainSocketChannel>() {
                            @Override
                            protected void initChannel(EpollDomainSocketChannel child)
                                    throws IOException {
                                if (ofThisUser(child)) {
                                    child.pipeline().addLast(new Arrivals());
                                } else {
                                    var _ = child.close();
                                }
                            }
                        })
                .bind(new DomainSocketAddress(path.toString()))
                .syncUninterruptibly();
    }

    private boolean ofThisUser(EpollDomainSocketChannel sender) throws IOException {
        // The file of the socket belongs to whoever bound it, which is this process.
        return Files.getAttribute(path, "unix:uid").equals(sender.peerCredentials().uid());
    }

    private final class Arrivals extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            arrived.add((FileDescriptor) message);
        }
    }

    /**
     * Waits for the first {@code count}.
     *
     * @throws IOException if fewer come
     */
    List<FileDescriptor> take(int count, Duration within) throws IOException {
        List<FileDescriptor> taken = new ArrayList<>();
        try {
            while (taken.size() < count) {
                FileDescriptor next = arrived.poll(within.toMillis(), TimeUnit.MILLISECONDS);
                if (next == null) {
                    throw new IOException(
                            taken.size() + " of " + count + " descriptors came within " + within);
                }
                taken.add(next);
            }
            return taken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while descriptors were on their way", e);
        }
    }

    @Override
    public void close() throws IOException {
        var _ = group.shutdownGracefully(0, 1000, TimeUnit.MILLISECONDS);
        Files.deleteIfExists(path);
    }
}

package dev.concertina.gateway.handover;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends descriptors over a Unix domain socket (SCM_RIGHTS, unix(7)), one a message, in order. */
final class DescriptorSender {
    private DescriptorSender() {}

    /** Completes when all are on their way, on a thread that ends then. */
    static CompletableFuture<Void> send(Collection<FileDescriptor> descriptors, Path to) {
        var group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        CompletableFuture<Void> sent = new CompletableFuture<>();
        new Bootstrap()
                .group(group)
                .channel(EpollDomainSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(new DomainSocketAddress(to.toString()))
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        write(connected.channel(), descriptors, sent);
                    } else {
                        sent.completeExceptionally(connected.cause());
                    }
                });
        return sent.whenComplete((_, _) -> {
            var _ = group.shutdownGracefully(0, 1000, TimeUnit.MILLISECONDS);
        });
    }

    private static void write(
            Channel channel, Collection<FileDescriptor> descriptors, CompletableFuture<Void> sent) {
        ChannelFuture last = channel.newSucceededFuture();
        for (FileDescriptor descriptor : descriptors) {
            last = channel.write(descriptor);
        }
        channel.flush();
        last.addListener(done -> {
            if (done.isSuccess()) {
                sent.complete(null);
            } else {
                sent.completeExceptionally(done.cause());
            }
        });
    }
}

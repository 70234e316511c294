package dev.concertina.gateway.handover;

import dev.concertina.gateway.net.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The listening sockets of this process by role, either bound by it or inherited. Inherited ones
 * are the same sockets in the kernel as the predecessor's, with the same queue of connections that
 * wait to be accepted: closing one of the two descriptors loses nothing of it. (A second socket on
 * the port with SO_REUSEPORT would have a queue of its own, which is reset when it closes.)
 */
public final class Listeners {
    private static final long LAST_ACCEPT_MILLIS = 100;
    private static final int WAKE_MILLIS = 1000;
    private static final Executor BLOCKING = Thread::startVirtualThread;

    private final Transport transport;
    private final Map<String, Integer> inherited;
    private final Map<String, Channel> channels = new LinkedHashMap<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private boolean accepting;

    private Listeners(Transport transport, Map<String, Integer> inherited, boolean accepting) {
        this.transport = transport;
        this.inherited = new HashMap<>(inherited);
        this.accepting = accepting;
    }

    /** Each is bound when opened and accepts at once. */
    public static Listeners bound(Transport transport) {
        return new Listeners(transport, Map.of(), true);
    }

    /** Those of a predecessor, which accept from {@link #accept} on; others are bound. */
    static Listeners inherited(Transport transport, Map<String, Integer> descriptors) {
        return new Listeners(transport, descriptors, false);
    }

    /**
     * Opens the listener of this role. The bootstrap has no channel class yet. Throws the checked
     * {@link java.net.BindException} if the address is in use.
     *
     * @param address where to listen, if the role was not inherited
     */
    public Listener open(String role, InetSocketAddress address, ServerBootstrap bootstrap) {
        bootstrap.option(ChannelOption.AUTO_READ, accepting);
        Integer descriptor = inherited.remove(role);
        Channel channel;
        InetSocketAddress local;
        if (descriptor == null) {
            channel = opened(bootstrap.channel(transport.serverChannel()).bind(address));
            local = (InetSocketAddress) channel.localAddress();
        } else {
            local = new Socket(descriptor).localAddress();
            channel = adopt(descriptor, bootstrap);
        }
        channels.put(role, channel);
        addresses.add(local);
        return new Listener(channel, local.getPort());
    }

    /**
     * @param port it listens on, also when any free one was asked for
     */
    public record Listener(Channel channel, int port) {}

    private Channel adopt(int descriptor, ServerBootstrap bootstrap) {
        return switch (transport) {
            case EPOLL -> {
                bootstrap.channelFactory(() -> new EpollServerSocketChannel(descriptor));
                yield opened(bootstrap.register());
            }
            case IO_URING -> adoptByNumber(descriptor, bootstrap);
            case NIO -> throw new IllegalStateException("NIO inherits nothing");
        };
    }

    /**
     * Such a channel cannot be made from a descriptor, but all it knows of its socket is the number
     * of one: so it opens a socket of its own that nobody knows, and before it accepts there the
     * number is made to mean the inherited socket.
     */
    private Channel adoptByNumber(int descriptor, ServerBootstrap bootstrap) {
        InetSocketAddress nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Channel channel = opened(bootstrap.channel(transport.serverChannel()).bind(nowhere));
        try {
            Descriptors.replace(((UnixChannel) channel).fd().intValue(), descriptor);
            new FileDescriptor(descriptor).close();
            return channel;
        } catch (IOException e) {
            var _ = channel.close();
            throw new UncheckedIOException(e);
        }
    }

    private static Channel opened(ChannelFuture future) {
        return future.syncUninterruptibly().channel();
    }

    /** The descriptors a successor gets; they stay this process's own as well. */
    Map<String, FileDescriptor> descriptors() {
        Map<String, FileDescriptor> descriptors = new LinkedHashMap<>();
        channels.forEach((role, channel) -> descriptors.put(role, ((UnixChannel) channel).fd()));
        return descriptors;
    }

    boolean canBePassed() {
        return transport != Transport.NIO;
    }

    /** Accepts from now on. What was inherited and has no role here any more is let go. */
    public void accept() {
        accepting = true;
        channels.values().forEach(channel -> channel.config().setAutoRead(true));
        inherited.values().forEach(Listeners::letGo);
        inherited.clear();
    }

    private static void letGo(int descriptor) {
        try {
            new FileDescriptor(descriptor).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Completes when no connection is accepted any more. */
    public CompletableFuture<Void> close() {
        return CompletableFuture.allOf(
                channels.values().stream()
                        .map(Listeners::closed)
                        .toArray(CompletableFuture<?>[]::new));
    }

    /**
     * As {@link #close}, where a successor accepts on the same sockets. The kernel wakes one
     * waiting accept for each connection. If that was this process' own just when it was called
     * off, the successor's sleeps on until the next connection comes: so one comes, and goes.
     */
    public CompletableFuture<Void> leave() {
        return close().thenRunAsync(() -> addresses.forEach(Listeners::wake), BLOCKING);
    }

    private static void wake(InetSocketAddress listener) {
        InetAddress at = listener.getAddress();
        try (java.net.Socket visitor = new java.net.Socket()) {
            visitor.connect(
                    new InetSocketAddress(
                            at.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : at,
                            listener.getPort()),
                    WAKE_MILLIS);
        } catch (IOException nobodyAccepts) {
            // Then there is nobody to wake.
        }
    }

    /**
     * Calls off the accept that is under way, and closes a little later: the kernel may have given
     * a connection to it already, which a channel that is closing would drop unanswered.
     */
    private static CompletableFuture<Void> closed(Channel channel) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        channel.closeFuture().addListener(done -> closed.complete(null));
        channel.config().setAutoRead(false);
        Runnable close =
                () -> {
                    var _ = channel.close();
                };
        var _ = channel.eventLoop().schedule(close, LAST_ACCEPT_MILLIS, TimeUnit.MILLISECONDS);
        return closed;
    }
}

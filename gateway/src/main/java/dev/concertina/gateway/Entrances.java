package dev.concertina.gateway;

import dev.concertina.gateway.handover.Listeners;
import dev.concertina.gateway.handover.Listeners.Listener;
import dev.concertina.gateway.proxy.ClientConnection;
import dev.concertina.gateway.proxy.Gate;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The doors, open: each listener with what is done with who comes in there. */
final class Entrances {
    private static final int ACCEPT_BACKLOG = 4096;

    private final Doors doors;
    private final Lanes lanes;
    private final Gate gate;
    private final Listeners listeners;
    private final Listener main;
    private final Optional<Listener> redirect;
    private final Optional<Listener> metrics;

    /**
     * Throws the checked {@link java.net.BindException} if an address is in use; none is open then.
     *
     * @param text the metrics, asked for at every call
     */
    Entrances(
            Doors doors,
            Lanes lanes,
            Gate gate,
            Listeners listeners,
            Supplier<CompletableFuture<String>> text) {
        this.doors = doors;
        this.lanes = lanes;
        this.gate = gate;
        this.listeners = listeners;
        this.main = open("main", doors.listen(), this::receive);
        try {
            int secure = main.port();
            this.redirect =
                    doors.redirect()
                            .map(at -> open("redirect", at, client -> redirect(client, secure)));
            this.metrics =
                    doors.metrics().map(at -> open("metrics", at, client -> page(client, text)));
        } catch (RuntimeException e) {
            listeners.close().join();
            throw e;
        }
    }

    private Listener open(String role, InetSocketAddress address, Consumer<Channel> newcomer) {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(lanes.loops())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
                        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel client) {
                                        newcomer.accept(client);
                                    }
                                });
        if (!role.equals("metrics")) {
            // Operators come in when nobody else does.
            bootstrap.handler(gate);
        }
        return listeners.open(role, address, bootstrap);
    }

    private void receive(Channel client) {
        doors.certificates()
                .ifPresent(tls -> client.pipeline().addLast(tls.handler(client.alloc())));
        boolean tls = doors.certificates().isPresent();
        Lanes.Lane lane = lanes.of(client);
        client.pipeline()
                .addLast(
                        tls || doors.http2()
                                ? new Front(lane.worker(), lane.http2(), client, tls)
                                : new ClientConnection(lane.worker(), client));
    }

    private static void redirect(Channel client, int secure) {
        client.pipeline().addLast(new Redirect(secure));
    }

    private static void page(Channel client, Supplier<CompletableFuture<String>> text) {
        client.pipeline()
                .addLast(
                        new HttpServerCodec(),
                        new HttpObjectAggregator(MetricsPage.BODY_MAX),
                        new MetricsPage(text));
    }

    Listeners listeners() {
        return listeners;
    }

    int port() {
        return main.port();
    }

    /** Port of the listener that redirects; asked only where there is one. */
    int redirectPort() {
        return redirect.orElseThrow().port();
    }

    /** Port of the listener that shows metrics; asked only where there is one. */
    int metricsPort() {
        return metrics.orElseThrow().port();
    }
}

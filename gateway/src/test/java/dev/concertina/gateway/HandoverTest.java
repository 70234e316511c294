package dev.concertina.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.concertina.contract.Balance;
import dev.concertina.contract.GatewayPhase;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.RoutingTable;
import dev.concertina.gateway.control.ControlServer;
import dev.concertina.gateway.handover.Inheritance;
import dev.concertina.gateway.handover.Listeners;
import dev.concertina.gateway.net.Transport;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gateways that succeed each other, all in this process, which the kernel does not mind. */
class HandoverTest {
    private static final int SUCCESSIONS = Boolean.getBoolean("soak") ? 100 : 4;
    private static final Duration AMPLE = Duration.ofSeconds(30);

    @TempDir Path directory;

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop control = group.next();
    private final Origin origin = Origin.saying("hello");
    private final List<GatewayServer> servers = new ArrayList<>();

    private GatewayServer first(Transport transport) {
        var server = server(transport, Listeners.bound(transport), GatewayPhase.ACCEPTING);
        var table =
                new RoutingTable(3, Balance.ROUND_ROBIN, List.of(Stage.target(origin.port(), 0)));
        on(() -> server.route(table));
        return server;
    }

    private GatewayServer server(Transport transport, Listeners listeners, GatewayPhase phase) {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var server =
                new GatewayServer(Doors.plain(loopback), 2, transport, control, listeners, phase);
        servers.add(server);
        return server;
    }

    /** Stands by on what this gateway hands over through its control socket. */
    private GatewayServer successor(GatewayServer of, Transport transport) throws IOException {
        Path socket = directory.resolve("c");
        ControlServer leash = ControlServer.open(socket, group, of);
        try {
            var inheritance = Inheritance.from(socket, directory.resolve("d"), transport);
            var server = server(transport, inheritance.listeners(), GatewayPhase.STANDBY);
            server.begin(inheritance.table());
            return server;
        } finally {
            leash.close();
        }
    }

    private <T> T on(Supplier<CompletableFuture<T>> work) {
        return CompletableFuture.completedFuture(0)
                .thenComposeAsync(_ -> work.get(), control)
                .orTimeout(AMPLE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private GatewayStatus status(GatewayServer server) {
        return on(() -> CompletableFuture.completedFuture(server.status()));
    }

    @AfterEach
    void end() {
        for (GatewayServer server : servers) {
            control.execute(() -> server.stop(Duration.ZERO));
            server.ended().orTimeout(AMPLE.toSeconds(), TimeUnit.SECONDS).join();
        }
        origin.close();
        group.shutdownGracefully(0, 1000, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void noConnectionIsRefusedOrResetWhileOneSucceedsTheOther(Transport transport)
            throws Exception {
        assumeTrue(transport.available());
        GatewayServer current = first(transport);
        int port = current.port();
        var asked = new AtomicInteger();
        var failures = new ArrayList<String>();
        var stop = new CompletableFuture<Void>();
        Thread load =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!stop.isDone()) {
                                asked.incrementAndGet();
                                try (Client client = new Client(port)) {
                                    assertThat(client.get("/").body()).isEqualTo("hello");
                                } catch (IOException | AssertionError e) {
                                    failures.add(String.valueOf(e));
                                }
                            }
                        });
        for (int i = 0; i < SUCCESSIONS; i++) {
            GatewayServer next = successor(current, transport);
            assertThat(next.port()).isEqualTo(port);
            assertThat(status(next).phase()).isEqualTo(GatewayPhase.STANDBY);
            assertThat(status(next).tableVersion()).isEqualTo(3);
            GatewayServer previous = current;
            on(next::accept);
            on(() -> previous.retire(AMPLE));
            previous.ended().orTimeout(AMPLE.toSeconds(), TimeUnit.SECONDS).join();
            current = next;
            int before = asked.get();
            Stage.until("clients come", () -> asked.get() > before + 5);
        }
        stop.complete(null);
        load.join();
        System.out.printf(
                "%d successions with %s: %d connections, failures %s%n",
                SUCCESSIONS, transport, asked.get(), failures);
        assertThat(failures).as("of %d connections", asked.get()).isEmpty();
    }

    @Test
    void aSuccessorThatDiesLeavesTheGatewayServing() throws Exception {
        Transport transport = passing();
        GatewayServer current = first(transport);
        GatewayServer next = successor(current, transport);
        control.execute(() -> next.stop(Duration.ZERO));
        next.ended().orTimeout(AMPLE.toSeconds(), TimeUnit.SECONDS).join();
        try (Client client = new Client(current.port())) {
            assertThat(client.get("/").body()).isEqualTo("hello");
        }
        assertThat(status(current).phase()).isEqualTo(GatewayPhase.ACCEPTING);
    }

    @Test
    void whoWaitsInTheQueueWhenTheGatewayDiesIsServedByTheSuccessor() throws Exception {
        Transport transport = passing();
        GatewayServer current = first(transport);
        GatewayServer next = successor(current, transport);
        control.execute(() -> current.stop(Duration.ZERO));
        current.ended().orTimeout(AMPLE.toSeconds(), TimeUnit.SECONDS).join();
        try (Client client = new Client(next.port())) {
            client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
            on(next::accept);
            assertThat(client.read().body()).isEqualTo("hello");
        }
    }

    @Test
    void aConnectionKeptAliveIsToldToCloseWithItsNextResponseAndNotBefore() throws Exception {
        Transport transport = passing();
        GatewayServer current = first(transport);
        try (Client client = new Client(current.port())) {
            assertThat(client.get("/").field("Connection")).isEmpty();
            GatewayServer next = successor(current, transport);
            on(next::accept);
            assertThat(on(() -> current.retire(AMPLE)).phase()).isEqualTo(GatewayPhase.LEAVING);
            assertThat(status(current).connections()).isEqualTo(1);
            assertThat(client.get("/").field("Connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
        }
        current.ended().orTimeout(AMPLE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Test
    void onlyOneThatAcceptsHandsOver() throws Exception {
        Transport transport = passing();
        GatewayServer current = first(transport);
        GatewayServer next = successor(current, transport);
        assertThatThrownBy(() -> successor(next, transport))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("409")
                .hasMessageContaining("this gateway is STANDBY itself");
    }

    @Test
    void javasOwnSocketsAreNotHandedOver() {
        GatewayServer current = first(Transport.NIO);
        assertThatThrownBy(() -> successor(current, passing()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("501")
                .hasMessageContaining("Restart it instead");
        assertThatThrownBy(() -> successor(current, Transport.NIO))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--take-over needs io_uring or epoll");
    }

    private static Transport passing() {
        Transport best = Transport.best();
        assumeTrue(best != Transport.NIO);
        return best;
    }
}

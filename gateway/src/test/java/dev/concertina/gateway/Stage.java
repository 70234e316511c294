package dev.concertina.gateway;

import dev.concertina.contract.Balance;
import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.Policies;
import dev.concertina.contract.Policies.Timeouts;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Split;
import dev.concertina.contract.Target;
import dev.concertina.gateway.net.Transport;
import dev.concertina.gateway.tls.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A gateway in this process, on a free port, and origins behind it named a, b, c and so on. */
final class Stage implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final GatewayServer server;
    private Policies policies;
    private Optional<Split> split = Optional.empty();
    private long version;

    Stage() {
        this(Timeouts.defaults());
    }

    Stage(Timeouts timeouts) {
        this(timeouts, Transport.best(), 2);
    }

    Stage(Timeouts timeouts, Transport transport, int workers) {
        this(timeouts, transport, workers, Optional.empty());
    }

    private Stage(
            Timeouts timeouts,
            Transport transport,
            int workers,
            Optional<Certificates> certificates) {
        var anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server =
                new GatewayServer(
                        new Doors(
                                anywhere,
                                certificates,
                                certificates.map(tls -> anywhere),
                                Optional.of(anywhere),
                                true),
                        workers,
                        transport,
                        control);
        policies = new Rulebook().timeouts(timeouts).policies();
        route();
    }

    /** Speaks TLS, with a plain listener beside it that redirects. */
    static Stage encrypted(Certificates certificates) {
        return new Stage(Timeouts.defaults(), Transport.best(), 2, Optional.of(certificates));
    }

    /** Every further table has these policies. */
    Stage obey(Rulebook rules) {
        policies = rules.policies();
        return this;
    }

    /** Every further table divides requests like this. */
    Stage divide(Split between) {
        split = Optional.of(between);
        return this;
    }

    /** Defaults, but so much shorter a wait where a test waits for it. */
    static Timeouts impatient(Duration response, Duration head, Duration hold) {
        Timeouts usual = Timeouts.defaults();
        return new Timeouts(
                usual.connect(),
                response,
                head,
                usual.body(),
                usual.send(),
                usual.keepAlive(),
                hold,
                usual.idleUpstream());
    }

    Stage route(Origin... origins) {
        return route(Balance.ROUND_ROBIN, origins);
    }

    Stage route(Balance balance, Origin... origins) {
        List<Target> targets = new ArrayList<>();
        for (Origin origin : origins) {
            targets.add(target(origin.port(), targets.size()));
        }
        return route(balance, targets);
    }

    Stage route(Balance balance, List<Target> targets) {
        call(server ->
                server.route(new RoutingTable(++version, balance, targets, policies, split)));
        return this;
    }

    static Target target(int port, int number) {
        return new Target(
                new InstanceId(String.valueOf((char) ('a' + number))), "127.0.0.1", port, "r1");
    }

    Drained drain(String id, Duration within) {
        return startDrain(id, within).orTimeout(60, TimeUnit.SECONDS).join();
    }

    CompletableFuture<Drained> startDrain(String id, Duration within) {
        return CompletableFuture.completedFuture(server)
                .thenComposeAsync(it -> it.drain(new InstanceId(id), within), control);
    }

    GatewayStatus status() {
        return call(server -> CompletableFuture.completedFuture(server.status()));
    }

    String metrics() {
        return call(server -> CompletableFuture.completedFuture(server.metrics()));
    }

    void stop(Duration within) {
        call(server -> {
            server.stop(within);
            return CompletableFuture.completedFuture(server.port());
        });
    }

    GatewayServer server() {
        return server;
    }

    private <T> T call(Function<GatewayServer, CompletableFuture<T>> work) {
        return CompletableFuture.completedFuture(server)
                .thenComposeAsync(work, control)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    int port() {
        return server.port();
    }

    Client client() throws IOException {
        Client client = new Client(server.port());
        opened.add(client);
        return client;
    }

    Origin origin(Origin.Script script) {
        return add(Origin.with(script));
    }

    Origin saying(String text) {
        return add(Origin.saying(text));
    }

    Origin add(Origin origin) {
        opened.add(origin);
        return origin;
    }

    /** A port nobody listens on. */
    static int deadPort() {
        Origin gone = Origin.saying("");
        gone.close();
        return gone.port();
    }

    /** Waits until it holds; asking often is not sleeping on a guess. */
    static void until(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("within " + PATIENCE + " it never held that " + what);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        opened.forEach(Stage::closeQuietly);
        stop(Duration.ZERO);
        server.ended().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        control.shutdown();
    }

    private static void closeQuietly(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.concertina.gateway;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.LoadSample;
import dev.concertina.contract.RoutingTable;
import dev.concertina.gateway.control.Engine;
import dev.concertina.gateway.control.Refusal;
import dev.concertina.gateway.net.Transport;
import dev.concertina.gateway.proxy.ClientConnection;
import dev.concertina.gateway.proxy.Shared;
import dev.concertina.gateway.proxy.Timeouts;
import dev.concertina.gateway.proxy.Worker;
import dev.concertina.gateway.route.Routes;
import dev.concertina.gateway.route.TargetState;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The gateway in operation: listens, obeys tables, drains. What the leash asks runs on one thread,
 * given as {@code control}; requests run on the workers.
 */
final class GatewayServer implements Engine {
    private static final int HOLD_MAX = 1000;
    private static final int ACCEPT_BACKLOG = 4096;

    private final ScheduledExecutorService control;
    private final Shared shared;
    private final MultiThreadIoEventLoopGroup loops;
    private final List<Worker> workers = new ArrayList<>();
    private final List<TargetState> leaving = new ArrayList<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Channel listener;

    /**
     * Listens from now on; with no table yet requests are held. Throws the checked {@link
     * java.net.BindException} if the address is in use.
     */
    GatewayServer(
            InetSocketAddress listen,
            int workerCount,
            Transport transport,
            Timeouts timeouts,
            ScheduledExecutorService control) {
        this.control = control;
        this.shared = new Shared(timeouts, HOLD_MAX);
        this.loops = new MultiThreadIoEventLoopGroup(workerCount, transport.handlers());
        IdentityHashMap<EventLoop, Worker> byLoop = workers(transport);
        this.listener =
                new ServerBootstrap()
                        .group(loops)
                        .channel(transport.serverChannel())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
                        .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel client) {
                                        Worker worker =
                                                Objects.requireNonNull(
                                                        byLoop.get(client.eventLoop()));
                                        client.pipeline()
                                                .addLast(new ClientConnection(worker, client));
                                    }
                                })
                        .bind(listen)
                        .syncUninterruptibly()
                        .channel();
    }

    private IdentityHashMap<EventLoop, Worker> workers(Transport transport) {
        SecureRandom seeds = new SecureRandom();
        IdentityHashMap<EventLoop, Worker> byLoop = new IdentityHashMap<>();
        for (EventExecutor executor : loops) {
            EventLoop loop = (IoEventLoop) executor;
            Worker worker = new Worker(loop, transport, shared, seeds.nextLong());
            workers.add(worker);
            byLoop.put(loop, worker);
        }
        return byLoop;
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Completes when the gateway was stopped and nothing is in flight. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public CompletableFuture<GatewayStatus> route(RoutingTable table) {
        Routes before = shared.routes();
        if (table.version() < before.table().version()) {
            return CompletableFuture.failedFuture(
                    Refusal.conflict(
                            "table "
                                    + table.version()
                                    + " is older than table "
                                    + before.table().version()
                                    + ", which the gateway obeys. Send a newer one"));
        }
        Routes next = before.follow(table);
        shared.route(next);
        List<TargetState> kept = next.states();
        for (TargetState state : before.states()) {
            if (!kept.contains(state)) {
                leave(state);
            }
        }
        // A task on each loop runs after every claim that saw the previous table.
        return onEachWorker(
                        worker -> {
                            worker.releaseHeld();
                            return 0;
                        })
                .thenApply(done -> status());
    }

    private void leave(TargetState state) {
        leaving.add(state);
        var _ = state.drain().thenRunAsync(() -> leaving.remove(state), control);
    }

    @Override
    public CompletableFuture<Drained> drain(InstanceId id, Duration within) {
        long began = System.nanoTime();
        List<TargetState> states = statesOf(id);
        CompletableFuture<?>[] waits =
                states.stream().map(TargetState::drain).toArray(CompletableFuture<?>[]::new);
        CompletableFuture<Void> free = CompletableFuture.allOf(waits);
        if (!free.isDone()) {
            // Half of the time for asking, the other half for answers.
            Duration spread = within.dividedBy(2);
            states.forEach(state -> softenEverywhere(state, spread));
        }
        CompletableFuture<Integer> cut = new CompletableFuture<>();
        var deadline =
                control.schedule(
                        () -> cutAll(states, free, cut), within.toNanos(), TimeUnit.NANOSECONDS);
        // Cancelling fails once the deadline has struck: then the cut ones are being counted.
        var _ =
                free.thenRunAsync(
                        () -> {
                            if (deadline.cancel(false)) {
                                cut.complete(0);
                            }
                        },
                        control);
        return cut.thenCombine(free, (count, done) -> count)
                .thenCompose(count -> closeIdle(id).thenApply(closed -> count))
                .thenApply(count ->
                        new Drained(id, count, Duration.ofNanos(System.nanoTime() - began)));
    }

    private List<TargetState> statesOf(InstanceId id) {
        List<TargetState> states = new ArrayList<>(leaving);
        states.addAll(shared.routes().states());
        states.removeIf(state -> !state.id().equals(id));
        return states;
    }

    private void softenEverywhere(TargetState state, Duration spread) {
        for (Worker worker : workers) {
            worker.execute(() -> worker.soften(state, spread));
        }
    }

    private void cutAll(
            List<TargetState> states,
            CompletableFuture<Void> free,
            CompletableFuture<Integer> cut) {
        if (free.isDone()) {
            cut.complete(0);
            return;
        }
        var _ =
                onEachWorker(worker -> states.stream().mapToInt(worker::cut).sum())
                        .thenAccept(counts ->
                                cut.complete(counts.stream().mapToInt(Integer::intValue).sum()));
    }

    private CompletableFuture<Void> closeIdle(InstanceId id) {
        return closed(onEachWorker(worker -> worker.closeIdle(id)));
    }

    private static CompletableFuture<Void> closed(
            CompletableFuture<List<List<ChannelFuture>>> everywhere) {
        return everywhere.thenCompose(closing ->
                CompletableFuture.allOf(
                        closing.stream()
                                .flatMap(List::stream)
                                .map(GatewayServer::completion)
                                .toArray(CompletableFuture<?>[]::new)));
    }

    private static CompletableFuture<Void> completion(ChannelFuture future) {
        CompletableFuture<Void> completion = new CompletableFuture<>();
        future.addListener(done -> completion.complete(null));
        return completion;
    }

    /** Runs on every loop; completes on the control thread. */
    private <T> CompletableFuture<List<T>> onEachWorker(Function<Worker, T> work) {
        List<CompletableFuture<T>> parts = new ArrayList<>();
        for (Worker worker : workers) {
            parts.add(CompletableFuture.supplyAsync(() -> work.apply(worker), worker::execute));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApplyAsync(
                        done -> parts.stream().map(CompletableFuture::join).toList(), control);
    }

    @Override
    public GatewayStatus status() {
        List<LoadSample> samples = new ArrayList<>();
        shared.routes().states().forEach(state -> samples.add(state.sample()));
        leaving.forEach(state -> samples.add(state.sample()));
        return new GatewayStatus(
                ProcessHandle.current().pid(),
                port(),
                shared.routes().table().version(),
                shared.counters().requests().sum(),
                shared.counters().retried().sum(),
                shared.counters().unserved().sum(),
                (int) shared.counters().connections().sum(),
                samples);
    }

    @Override
    public void stop(Duration within) {
        if (shared.stopping()) {
            return;
        }
        shared.stop();
        var _ = listener.close();
        long deadline = System.nanoTime() + within.toNanos();
        var _ = onEachWorker(Worker::letGo).thenRun(() -> awaitClients(deadline));
    }

    private void awaitClients(long deadline) {
        if (shared.counters().connections().sum() == 0) {
            shutDown();
        } else if (System.nanoTime() - deadline >= 0) {
            var _ = onEachWorker(Worker::closeClients).thenRun(this::shutDown);
        } else {
            var _ = control.schedule(() -> awaitClients(deadline), 20, TimeUnit.MILLISECONDS);
        }
    }

    private void shutDown() {
        var _ =
                closed(onEachWorker(Worker::closeUpstream))
                        .thenRun(() ->
                                loops.shutdownGracefully(10, 2000, TimeUnit.MILLISECONDS)
                                        .addListener(done -> ended.complete(null)));
    }
}

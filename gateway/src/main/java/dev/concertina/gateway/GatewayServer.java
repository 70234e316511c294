package dev.concertina.gateway;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayPhase;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.Handover;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.LoadSample;
import dev.concertina.contract.RoutingTable;
import dev.concertina.gateway.control.Engine;
import dev.concertina.gateway.control.Refusal;
import dev.concertina.gateway.handover.Bequest;
import dev.concertina.gateway.handover.Listeners;
import dev.concertina.gateway.net.Transport;
import dev.concertina.gateway.observe.Metrics;
import dev.concertina.gateway.proxy.Gate;
import dev.concertina.gateway.proxy.Plan;
import dev.concertina.gateway.proxy.Shared;
import dev.concertina.gateway.proxy.Worker;
import dev.concertina.gateway.route.Routes;
import dev.concertina.gateway.route.TargetState;
import dev.concertina.gateway.tls.Certificates;
import io.netty.channel.ChannelFuture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The gateway in operation: listens, obeys tables, drains. What the leash asks runs on one thread,
 * given as {@code control}; requests run on the workers.
 */
final class GatewayServer implements Engine {
    private static final int WATCH_SECONDS = 1;
    private static final Duration LAST_RESPONSES = Duration.ofSeconds(10);

    private final ScheduledExecutorService control;
    private final Shared shared = new Shared();
    private final Gate gate = new Gate(shared);
    private final Lanes lanes;
    private final Drains drains;
    private final Doors doors;
    private final Entrances entrances;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private GatewayPhase phase;

    /**
     * Listens from now on; with no table yet requests are held. Throws the checked {@link
     * java.net.BindException} if the address is in use.
     */
    GatewayServer(
            Doors doors, int workerCount, Transport transport, ScheduledExecutorService control) {
        this(
                doors,
                workerCount,
                transport,
                control,
                Listeners.bound(transport),
                GatewayPhase.ACCEPTING);
    }

    /** With listeners that may have been another process's, from the phase they allow. */
    GatewayServer(
            Doors doors,
            int workerCount,
            Transport transport,
            ScheduledExecutorService control,
            Listeners listeners,
            GatewayPhase phase) {
        this.doors = doors;
        this.control = control;
        this.phase = phase;
        this.lanes = new Lanes(workerCount, transport, shared, control);
        this.drains = new Drains(shared, lanes, control);
        this.entrances =
                new Entrances(
                        doors,
                        lanes,
                        gate,
                        listeners,
                        () -> CompletableFuture.supplyAsync(this::metrics, control));
        doors.certificates().ifPresent(this::watch);
    }

    private void watch(Certificates certificates) {
        var _ =
                control.scheduleWithFixedDelay(
                        () -> certificates.check(Instant.now()),
                        WATCH_SECONDS,
                        WATCH_SECONDS,
                        TimeUnit.SECONDS);
    }

    int port() {
        return entrances.port();
    }

    Entrances entrances() {
        return entrances;
    }

    /** Completes when the gateway was stopped and nothing is in flight. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public CompletableFuture<GatewayStatus> route(RoutingTable table) {
        Plan previous = shared.plan();
        Routes before = previous.routes();
        if (table.version() < before.table().version()) {
            return CompletableFuture.failedFuture(
                    Refusal.conflict(
                            "table "
                                    + table.version()
                                    + " is older than table "
                                    + before.table().version()
                                    + ", which the gateway obeys. Send a newer one"));
        }
        Plan next;
        try {
            next = previous.follow(table, System.nanoTime());
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedFuture(Refusal.unusable(String.valueOf(e.getMessage())));
        }
        shared.obey(next);
        gate.regulate();
        List<TargetState> kept = next.routes().states();
        for (TargetState state : before.states()) {
            if (!kept.contains(state)) {
                drains.leave(state);
            }
        }
        // A task on each loop runs after every claim that saw the previous table.
        return lanes.onEach(
                        worker -> {
                            worker.releaseHeld();
                            return 0;
                        })
                .thenApply(done -> {
                    previous.rules().closeLogUnlessIn(next.rules());
                    return status();
                });
    }

    /** The table to accept the first connection with. */
    void begin(RoutingTable table) {
        shared.obey(shared.plan().follow(table, System.nanoTime()));
    }

    @Override
    public CompletableFuture<Drained> drain(InstanceId id, Duration within) {
        return drains.drain(id, within);
    }

    @Override
    public GatewayStatus status() {
        List<LoadSample> samples = drains.inUse().stream().map(TargetState::sample).toList();
        return new GatewayStatus(
                ProcessHandle.current().pid(),
                port(),
                shared.routes().table().version(),
                shared.counters().requests().sum(),
                shared.counters().retried().sum(),
                shared.counters().unserved().sum(),
                (int) shared.counters().connections().sum(),
                samples,
                doors.certificates()
                        .map(certificates -> certificates.problems(Instant.now()))
                        .orElse(List.of()),
                phase);
    }

    @Override
    public CompletableFuture<Handover> handOver(Path to) {
        Optional<Refusal> refusal = Bequest.refusal(entrances.listeners()).map(Refusal::impossible);
        if (phase != GatewayPhase.ACCEPTING) {
            refusal = Optional.of(Refusal.conflict("this gateway is " + phase + " itself"));
        }
        return refusal.isPresent()
                ? CompletableFuture.failedFuture(refusal.get())
                : Bequest.send(shared.routes().table(), entrances.listeners(), to);
    }

    @Override
    public CompletableFuture<GatewayStatus> accept() {
        if (phase == GatewayPhase.LEAVING) {
            return CompletableFuture.failedFuture(
                    Refusal.conflict("this gateway is LEAVING; its listening sockets are closed"));
        }
        if (phase == GatewayPhase.STANDBY) {
            phase = GatewayPhase.ACCEPTING;
            entrances.listeners().accept();
        }
        return CompletableFuture.completedFuture(status());
    }

    @Override
    public CompletableFuture<GatewayStatus> retire(Duration within) {
        if (phase == GatewayPhase.LEAVING) {
            return CompletableFuture.completedFuture(status());
        }
        phase = GatewayPhase.LEAVING;
        shared.leave();
        // The first half of the time is theirs, in the second they are asked to end.
        Duration half = within.dividedBy(2);
        var _ =
                control.schedule(
                        () -> drains.softenAll(half), half.toMillis(), TimeUnit.MILLISECONDS);
        long deadline = System.nanoTime() + within.toNanos();
        return entrances
                .listeners()
                .leave()
                .thenComposeAsync(closed -> lanes.onEach(Worker::leave), control)
                .thenApply(accepted -> {
                    awaitLast(deadline, false);
                    return status();
                });
    }

    /**
     * @param none whether there was no connection a moment ago either: one that was accepted last
     *     may not have been counted then
     */
    private void awaitLast(long deadline, boolean none) {
        boolean still = shared.counters().connections().sum() == 0;
        if ((none && still) || System.nanoTime() - deadline >= 0) {
            stop(LAST_RESPONSES);
        } else {
            var _ = control.schedule(() -> awaitLast(deadline, still), 100, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public String metrics() {
        Map<String, Integer> inFlight = new HashMap<>();
        for (LoadSample sample : status().targets()) {
            inFlight.merge(sample.id().value(), sample.inFlight(), Integer::sum);
        }
        shared.metrics().retain(inFlight.keySet());
        return shared.metrics()
                .text(
                        new Metrics.Levels(
                                shared.counters().retried().sum(),
                                shared.counters().unserved().sum(),
                                shared.counters().connections().sum(),
                                lanes.count(),
                                shared.held(),
                                shared.plan().rules().logLinesDropped(),
                                inFlight,
                                doors.certificates().map(Certificates::expiries).orElse(Map.of())));
    }

    @Override
    public void stop(Duration within) {
        if (shared.stopping()) {
            return;
        }
        shared.stop();
        phase = GatewayPhase.LEAVING;
        var _ = entrances.listeners().close();
        drains.softenAll(within.dividedBy(2));
        long deadline = System.nanoTime() + within.toNanos();
        var _ = lanes.onEach(Worker::letGo).thenRun(() -> awaitClients(deadline));
    }

    private void awaitClients(long deadline) {
        if (shared.counters().connections().sum() == 0) {
            shutDown();
        } else if (System.nanoTime() - deadline >= 0) {
            // Whatever goes wrong with one client, the process ends.
            var _ =
                    lanes.onEach(Worker::closeClients)
                            .whenComplete((closed, failure) -> shutDown());
        } else {
            var _ = control.schedule(() -> awaitClients(deadline), 20, TimeUnit.MILLISECONDS);
        }
    }

    private void shutDown() {
        var _ =
                lanes.closed(
                                worker -> {
                                    List<ChannelFuture> closing = worker.closeUpstream();
                                    worker.close();
                                    return closing;
                                })
                        .whenComplete((done, failure) -> {
                            shared.plan().rules().closeLog();
                            lanes.loops()
                                    .shutdownGracefully(10, 2000, TimeUnit.MILLISECONDS)
                                    .addListener(down -> ended.complete(null));
                        });
    }
}

package dev.concertina.fleet.traffic;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Target;
import dev.concertina.fleet.host.Exit;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.LogTail;
import dev.concertina.fleet.host.NginxProgram;
import dev.concertina.fleet.host.Notice;
import dev.concertina.fleet.host.RestartDelay;
import dev.concertina.fleet.host.Signal;
import dev.concertina.fleet.host.StateFile;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.time.Time;
import dev.concertina.fleet.traffic.NginxProcess.Live;
import dev.concertina.fleet.traffic.NginxProcesses.Found;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The leash of an nginx. A table is a configuration: it is tested, written, and taken in with
 * SIGHUP; it is in force when a new worker serves and no old one accepts connections. What an old
 * worker has in flight it finishes under the table it began with, so an instance is drained when no
 * worker is left that ever heard of it.
 *
 * <p>Everything that changes nginx happens on one thread, {@code leash}, in the order of the calls.
 */
public final class NginxGateway implements Gateway, AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Duration ASK_AGAIN = Duration.ofMillis(200);
    private static final Duration RELOAD_WITHIN = Duration.ofSeconds(30);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(2);
    private static final Duration END_WITHIN = Duration.ofSeconds(5);
    private static final Duration LOOK_AT_CERTIFICATES_EVERY = Duration.ofSeconds(5);

    private final GatewaySettings settings;
    private final NginxProcess process;
    private final NginxRetired retired;
    private final NginxLoad load;
    private final Time time;
    private final Consumer<Notice> listener;
    private final StateFile<RoutingTable> tableFile;
    private final ExecutorService leash =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("nginx-leash").factory());

    /** A table that is not in force yet. */
    private record Asked(RoutingTable table, CompletableFuture<GatewayStatus> answer) {}

    // Written by the leash, and by whoever lets go.
    private volatile CompletableFuture<Live> live = new CompletableFuture<>();
    private volatile boolean released;

    // Written by the leash only.
    private volatile RoutingTable table = RoutingTable.empty();
    private volatile int restarts;
    private final List<Asked> asked = new ArrayList<>();
    private final Set<InstanceId> drained = new HashSet<>();
    private final RestartDelay delay = new RestartDelay();
    private int port;
    private long newestGiven = -1;
    private long generations;
    private List<FileTime> certificates = List.of();
    private String said = "";

    private NginxGateway(
            GatewaySettings settings,
            NginxProgram program,
            Host host,
            Time time,
            Consumer<Notice> listener) {
        this.settings = settings;
        this.process = new NginxProcess(settings, host, program, () -> released);
        this.retired = new NginxRetired(process.processes(), host);
        this.load = new NginxLoad(process, () -> signal(Signal.USR1));
        this.time = time;
        this.listener = listener;
        this.port = settings.port();
        this.generations = time.now().toEpochMilli();
        this.tableFile =
                new StateFile<>(
                        settings.stateDirectory().resolve("nginx-table.json"), RoutingTable.class);
    }

    /**
     * Takes over the nginx that serves this state directory, else launches one, and returns when it
     * answers. One that was taken over goes on under the table it holds.
     *
     * @throws GatewayException if it cannot listen or does not start
     */
    public static NginxGateway open(
            GatewaySettings settings,
            NginxProgram program,
            Host host,
            Time time,
            Consumer<Notice> listener) {
        NginxGateway gateway = new NginxGateway(settings, program, host, time, listener);
        try {
            CompletableFuture.runAsync(gateway::begin, gateway.leash).join();
            return gateway;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void begin() {
        Optional<Live> adopted = process.adopt();
        if (adopted.isPresent()) {
            long held = adopted.get().version();
            table = tableFile.read().filter(t -> t.version() == held).orElse(RoutingTable.empty());
            retired.unknown();
            serving(adopted.get());
        } else {
            if (port != 0) {
                ListenCheck.check(settings.host(), port);
            } else {
                port = freePort();
            }
            serving(process.launch(port, table, nextGeneration(table)));
        }
        load.begin();
        lookAtCertificates();
    }

    private int freePort() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(settings.host()), 0));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new GatewayException(
                    "gateway: no free port on " + settings.host() + ": " + e.getMessage(), e);
        }
    }

    private String nextGeneration(RoutingTable next) {
        return next.version() + "." + ++generations;
    }

    /** How often nginx was started again after it ended by itself. */
    public int restarts() {
        return restarts;
    }

    @Override
    public CompletionStage<GatewayStatus> route(RoutingTable next) {
        CompletableFuture<GatewayStatus> answer = new CompletableFuture<>();
        onLeash(answer, () -> take(new Asked(next, answer)));
        return answer.minimalCompletionStage();
    }

    private void take(Asked next) {
        long newest = asked.stream().mapToLong(a -> a.table().version()).max().orElse(-1);
        if (next.table().version() < table.version() && newestGiven < table.version()) {
            next.answer().completeExceptionally(tooOld(next.table()));
            return;
        }
        asked.add(next);
        if (next.table().version() > Math.max(newest, table.version())) {
            drained.clear();
        }
        newestGiven = Math.max(newestGiven, next.table().version());
        apply();
    }

    private GatewayException tooOld(RoutingTable next) {
        return new GatewayException(
                "gateway: table "
                        + next.version()
                        + " was refused, because table "
                        + table.version()
                        + " is in force. Number the tables on from the one that status() tells.");
    }

    private RoutingTable newest() {
        RoutingTable newest = table;
        for (Asked each : asked) {
            if (each.table().version() >= newest.version()) {
                newest = each.table();
            }
        }
        return newest;
    }

    /** Without the instances that were drained while the table named them. */
    private RoutingTable effective(RoutingTable whole) {
        return new RoutingTable(
                whole.version(),
                whole.balance(),
                whole.targets().stream().filter(t -> !drained.contains(t.id())).toList(),
                whole.policies(),
                whole.split());
    }

    /** Brings nginx under the newest table; while it is dead, its successor will be. */
    private void apply() {
        if (released || !live.isDone()) {
            return;
        }
        RoutingTable next = newest();
        try {
            reload(next);
            inForce(next);
        } catch (NginxEnded e) {
            // Its successor gets the table.
        } catch (RuntimeException e) {
            refused(String.valueOf(e.getMessage()));
        }
    }

    /** The old table goes on; whoever asked for the new one waits until it can be had. */
    private void refused(String why) {
        String text = "nginx goes on under table " + table.version() + ". " + why;
        if (!text.equals(said)) {
            said = text;
            notice("gateway.failed", text);
        }
        time.after(TRY_AGAIN, () -> onLeash(new CompletableFuture<>(), this::apply));
    }

    private void reload(RoutingTable next) {
        Live to = live.join();
        String generation = nextGeneration(next);
        process.write(port, effective(next), generation);
        List<Found> before = process.processes().now();
        to.master().signal(Signal.HUP);
        retired.add(before, effective(table));
        Instant end = time.now().plus(RELOAD_WITHIN);
        while (!process.says(generation) || retired.accepts(before)) {
            if (to.master().exit().toCompletableFuture().isDone()) {
                throw new NginxEnded();
            }
            if (time.now().isAfter(end)) {
                throw new GatewayException(
                        "nginx did not take in table "
                                + next.version()
                                + " within "
                                + RELOAD_WITHIN.toSeconds()
                                + " s "
                                + process.said(0));
            }
            pause(LOOK_EVERY);
        }
    }

    /** nginx ended while it was asked something. */
    private static final class NginxEnded extends RuntimeException {}

    private void inForce(RoutingTable next) {
        table = next;
        said = "";
        tableFile.write(next);
        List<Asked> done = List.copyOf(asked);
        asked.clear();
        for (Asked each : done) {
            var _ =
                    status().whenComplete((status, failure) -> {
                        if (failure == null) {
                            each.answer().complete(status);
                        } else {
                            each.answer().completeExceptionally(failure);
                        }
                    });
        }
    }

    @Override
    public CompletionStage<Drained> drain(InstanceId id, Duration within) {
        Instant began = time.now();
        CompletableFuture<Optional<Integer>> left = new CompletableFuture<>();
        onLeash(left, () -> left.complete(leave(id)));
        CompletableFuture<Drained> answer = new CompletableFuture<>();
        var _ =
                left.whenComplete((port, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                        return;
                    }
                    Thread.ofVirtual()
                            .name("nginx-drain")
                            .start(() ->
                                    answer.complete(waited(id, port, began, began.plus(within))));
                });
        return answer.minimalCompletionStage();
    }

    /** Takes the instance out of the table if it is in it; its port, if it is known. */
    private Optional<Integer> leave(InstanceId id) {
        boolean named = newest().targets().stream().anyMatch(t -> t.id().equals(id));
        if (named && drained.add(id)) {
            apply();
        }
        return retired.port(id)
                .or(() ->
                        table.targets().stream()
                                .filter(t -> t.id().equals(id))
                                .map(Target::port)
                                .findFirst());
    }

    private Drained waited(InstanceId id, Optional<Integer> port, Instant began, Instant end) {
        while (retired.mayServe(id) && time.now().isBefore(end)) {
            pause(LOOK_EVERY);
        }
        int cut = retired.cut(id, port);
        while (retired.mayServe(id)) {
            pause(LOOK_EVERY);
            retired.insist(id, end.plus(END_WITHIN).isBefore(time.now()));
        }
        return new Drained(id, cut, Duration.between(began, time.now()));
    }

    @Override
    public CompletionStage<GatewayStatus> status() {
        CompletableFuture<GatewayStatus> answer = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("nginx-status")
                .start(() -> {
                    try {
                        answer.complete(untilAnswered());
                    } catch (CompletionException e) {
                        Throwable cause = e.getCause();
                        answer.completeExceptionally(cause == null ? e : cause);
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                });
        return answer.minimalCompletionStage();
    }

    private GatewayStatus untilAnswered() {
        while (true) {
            Live to = live.join();
            // Workers outlive a master that was killed, and would answer for it.
            if (NginxProcesses.alive(to.master().identity())) {
                try {
                    return load.status(to, table);
                } catch (IOException | UncheckedIOException e) {
                    // It may have ended meanwhile.
                }
            }
            pause(ASK_AGAIN);
        }
    }

    @Override
    public CompletionStage<Void> stop(Duration within) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Optional<Live> last = release();
        if (last.isEmpty()) {
            leash.execute(() -> {
                process.forget();
                done.complete(null);
            });
            return done;
        }
        var master = last.get().master();
        master.signal(Signal.QUIT);
        Time.Alarm ask = time.after(within, () -> master.signal(Signal.TERM));
        Time.Alarm force = time.after(within.plus(END_WITHIN), () -> master.signal(Signal.KILL));
        var _ =
                master.exit()
                        .thenRunAsync(
                                () -> {
                                    ask.cancel();
                                    force.cancel();
                                    retired.killAll();
                                    process.forget();
                                    done.complete(null);
                                },
                                leash);
        return done;
    }

    /** Lets go: nginx keeps serving, and the next fleet process takes it over. */
    @Override
    public void close() {
        release();
    }

    private synchronized Optional<Live> release() {
        boolean first = !released;
        released = true;
        CompletableFuture<Live> was = live;
        live = CompletableFuture.failedFuture(stopped());
        was.completeExceptionally(stopped());
        if (first) {
            leash.execute(() -> {
                asked.forEach(a -> a.answer().completeExceptionally(stopped()));
                asked.clear();
                load.close();
            });
        }
        return was.isCompletedExceptionally() ? Optional.empty() : Optional.of(was.join());
    }

    private static GatewayException stopped() {
        return new GatewayException("gateway: it was stopped. Start it with: concertina up");
    }

    private void onLeash(CompletableFuture<?> answer, Runnable task) {
        try {
            leash.execute(() -> {
                if (released) {
                    answer.completeExceptionally(stopped());
                    return;
                }
                try {
                    task.run();
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(stopped());
        }
    }

    private void serving(Live next) {
        port = next.port();
        certificates = certificateTimes();
        delay.started(time.now());
        if (live.complete(next)) {
            next.master().exit().thenAccept(exit -> leash.execute(() -> ended(exit)));
        } else {
            next.master().signal(Signal.TERM);
        }
    }

    private void ended(Exit exit) {
        synchronized (this) {
            if (released) {
                return;
            }
            live = new CompletableFuture<>();
            restarts++;
        }
        Duration wait = delay.ended(time.now());
        notice(
                "gateway.ended",
                "nginx ended by itself ("
                        + exit
                        + "); it starts again "
                        + (wait.isZero() ? "at once." : "in " + wait.toMillis() + " ms."));
        startAfter(wait);
    }

    private void startAfter(Duration wait) {
        if (wait.isZero()) {
            startAgain();
        } else {
            time.after(wait, () -> leash.execute(this::startAgain));
        }
    }

    private void startAgain() {
        if (released) {
            return;
        }
        RoutingTable next = newest();
        try {
            endOrphans();
            Live started = process.launch(port, effective(next), nextGeneration(next));
            notice(
                    "gateway.started",
                    "nginx serves again as process " + started.master().identity().pid() + ".");
            serving(started);
            inForce(next);
        } catch (RuntimeException e) {
            if (released) {
                return;
            }
            Duration wait = delay.ended(time.now());
            notice(
                    "gateway.failed",
                    "nginx could not be started again: "
                            + e.getMessage()
                            + " Next try in "
                            + wait.toMillis()
                            + " ms.");
            startAfter(wait);
        }
    }

    /** The workers of a dead master go on listening: they finish what they have, and no more. */
    private void endOrphans() {
        List<Found> left = process.processes().now();
        retired.add(left, effective(table));
        retired.quit(left);
        Instant end = time.now().plus(END_WITHIN);
        while (retired.accepts(left)) {
            if (time.now().isAfter(end)) {
                retired.killAll();
            }
            pause(LOOK_EVERY);
        }
    }

    /** A certificate that was renewed is taken in as a new generation of the same table. */
    private void lookAtCertificates() {
        if (released || settings.tls().isEmpty()) {
            return;
        }
        List<FileTime> now = certificateTimes();
        if (!now.equals(certificates) && live.isDone()) {
            certificates = now;
            apply();
        }
        time.after(LOOK_AT_CERTIFICATES_EVERY, () -> leash.execute(this::lookAtCertificates));
    }

    private List<FileTime> certificateTimes() {
        List<FileTime> times = new ArrayList<>();
        for (var pair : settings.tls().map(Manifest.Tls::certificates).orElse(List.of())) {
            for (Path file : List.of(pair.certificate(), pair.key())) {
                try {
                    times.add(Files.getLastModifiedTime(file));
                } catch (IOException e) {
                    times.add(FileTime.fromMillis(0));
                }
            }
        }
        return times;
    }

    private void signal(Signal signal) {
        CompletableFuture<Live> to = live;
        if (to.isDone() && !to.isCompletedExceptionally()) {
            to.join().master().signal(signal);
        }
    }

    private void pause(Duration duration) {
        CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
        time.after(duration, () -> over.complete(null));
        over.join();
    }

    private void notice(String kind, String text) {
        String tail = LogTail.since(settings.log(), 0, 20);
        listener.accept(
                new Notice(
                        kind,
                        "gateway",
                        text,
                        Optional.of(tail).filter(lines -> !lines.isEmpty())));
    }
}

package dev.concertina.fleet.traffic;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayControl;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.RoutingTable;
import dev.concertina.fleet.host.Exit;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.LogTail;
import dev.concertina.fleet.host.Notice;
import dev.concertina.fleet.host.RestartDelay;
import dev.concertina.fleet.host.Signal;
import dev.concertina.fleet.host.StateFile;
import dev.concertina.fleet.time.Time;
import dev.concertina.fleet.traffic.GatewayProcess.Live;
import dev.concertina.fleet.wire.UnixHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The leash of our own gateway. Every call runs on a virtual thread and asks the process that lives
 * at that moment; if that one ends meanwhile, the call asks its successor, which holds the last
 * table before anybody else may speak to it.
 */
public final class NettyGateway implements Gateway, AutoCloseable {
    private static final Duration ASK_AGAIN = Duration.ofMillis(200);
    private static final Duration END_WITHIN = Duration.ofSeconds(5);

    private final GatewaySettings settings;
    private final GatewayProcess process;
    private final Time time;
    private final Consumer<Notice> listener;
    private final StateFile<RoutingTable> tableFile;

    private final Object lock = new Object();
    // All five are written under the lock, which is never held across I/O.
    private volatile CompletableFuture<Live> live = new CompletableFuture<>();
    private volatile Optional<RoutingTable> table = Optional.empty();
    private volatile long newestGiven;
    private volatile boolean released;
    private volatile int restarts;

    // Successors are started here, one after the other; the fields below belong to it.
    private final ExecutorService starter =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("gateway-start").factory());
    private final RestartDelay delay = new RestartDelay();
    private int port;

    private NettyGateway(
            GatewaySettings settings, Host host, Time time, Consumer<Notice> listener) {
        this.settings = settings;
        this.process = new GatewayProcess(settings, host, () -> released);
        this.time = time;
        this.listener = listener;
        this.port = settings.port();
        this.tableFile =
                new StateFile<>(
                        settings.stateDirectory().resolve("gateway-table.json"),
                        RoutingTable.class);
    }

    /**
     * Takes over the gateway that serves this state directory, else launches one, and returns when
     * it answers. One that was taken over goes on under the table it holds: {@link #status} tells
     * its version, and the next table must have a higher one.
     *
     * @throws GatewayException if it cannot listen or does not start
     */
    public static NettyGateway open(
            GatewaySettings settings, Host host, Time time, Consumer<Notice> listener) {
        NettyGateway gateway = new NettyGateway(settings, host, time, listener);
        try {
            CompletableFuture.runAsync(gateway::begin, gateway.starter).join();
            return gateway;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void begin() {
        Optional<Live> adopted = process.adopt();
        if (adopted.isPresent()) {
            long held = adopted.get().status().tableVersion();
            table = tableFile.read().filter(t -> t.version() == held);
            begin(adopted.get());
        } else {
            if (settings.port() != 0) {
                ListenCheck.check(settings.host(), settings.port());
            }
            begin(process.launch(settings.port()));
        }
    }

    /** How often the process was started again after it ended by itself. */
    public int restarts() {
        return restarts;
    }

    @Override
    public CompletionStage<GatewayStatus> route(RoutingTable next) {
        synchronized (lock) {
            newestGiven = Math.max(newestGiven, next.version());
            if (table.isEmpty() || table.get().version() < next.version()) {
                table = Optional.of(next);
            }
        }
        return ask(to -> put(to, next));
    }

    private GatewayStatus put(Live to, RoutingTable next) throws IOException {
        UnixHttp.Reply reply =
                to.http().call("PUT", GatewayControl.TABLE, next, GatewayProcess.ANSWER_WITHIN);
        if (reply.status() == 409) {
            return overtaken(to, next);
        }
        GatewayStatus status = accepted(reply, "table " + next.version()).as(GatewayStatus.class);
        remember(next);
        return status;
    }

    /** A newer table of ours is in force, so the older one's promise is kept as well. */
    private GatewayStatus overtaken(Live to, RoutingTable next) throws IOException {
        GatewayStatus status = status(to);
        if (newestGiven > next.version()) {
            return status;
        }
        throw new GatewayException(
                "gateway: table "
                        + next.version()
                        + " was refused, because table "
                        + status.tableVersion()
                        + " is in force. Number the tables on from the one that status() tells.");
    }

    private void remember(RoutingTable sent) {
        synchronized (tableFile) {
            if (table.filter(last -> last.version() > sent.version()).isEmpty()) {
                tableFile.write(sent);
            }
        }
    }

    @Override
    public CompletionStage<Drained> drain(InstanceId id, Duration within) {
        String target = GatewayControl.DRAIN + id + "?" + GatewayControl.WITHIN + "=" + within;
        return ask(to ->
                accepted(
                                to.http()
                                        .call(
                                                "POST",
                                                target,
                                                null,
                                                within.plus(GatewayProcess.ANSWER_WITHIN)),
                                "drain of " + id)
                        .as(Drained.class));
    }

    @Override
    public CompletionStage<GatewayStatus> status() {
        return ask(NettyGateway::status);
    }

    private static GatewayStatus status(Live to) throws IOException {
        return accepted(
                        to.http()
                                .call(
                                        "GET",
                                        GatewayControl.STATUS,
                                        null,
                                        GatewayProcess.ANSWER_WITHIN),
                        "status")
                .as(GatewayStatus.class);
    }

    private static UnixHttp.Reply accepted(UnixHttp.Reply reply, String what) {
        if (!reply.ok()) {
            throw new GatewayException(
                    "gateway: " + what + " was refused: " + reply.status() + " " + reply.body());
        }
        return reply;
    }

    @Override
    public CompletionStage<Void> stop(Duration within) {
        Optional<Live> last = release();
        if (last.isEmpty()) {
            // A successor may be on its way up: it is ended where it is started.
            return CompletableFuture.runAsync(process::forget, starter);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        Live to = last.get();
        String target = GatewayControl.STOP + "?" + GatewayControl.WITHIN + "=" + within;
        Thread.ofVirtual().name("gateway-stop").start(() -> askToStop(to, target, within));
        Time.Alarm deadline =
                time.after(within.plus(END_WITHIN), () -> to.instance().signal(Signal.KILL));
        to.instance()
                .exit()
                .thenRunAsync(
                        () -> {
                            deadline.cancel();
                            process.forget();
                            done.complete(null);
                        },
                        starter);
        return done;
    }

    private static void askToStop(Live to, String target, Duration within) {
        try {
            to.http().call("POST", target, null, within.plus(END_WITHIN));
        } catch (IOException e) {
            // It may end before it answers; if it hangs, the deadline ends it.
            to.instance().signal(Signal.TERM);
        }
    }

    /** Lets go: the process keeps serving, and the next fleet process takes it over. */
    @Override
    public void close() {
        release();
    }

    private Optional<Live> release() {
        synchronized (lock) {
            released = true;
            live.completeExceptionally(stopped());
            Optional<Live> last =
                    live.isCompletedExceptionally() ? Optional.empty() : Optional.of(live.join());
            live = CompletableFuture.failedFuture(stopped());
            return last;
        }
    }

    private static GatewayException stopped() {
        return new GatewayException("gateway: it was stopped. Start it with: concertina up");
    }

    /** One exchange with the process; whoever throws {@link IOException} is asked again. */
    private interface Exchange<T> {
        T with(Live to) throws IOException;
    }

    private <T> CompletionStage<T> ask(Exchange<T> exchange) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("gateway-call")
                .start(() -> {
                    try {
                        result.complete(untilAnswered(exchange));
                    } catch (CompletionException e) {
                        result.completeExceptionally(cause(e));
                    } catch (RuntimeException e) {
                        result.completeExceptionally(e);
                    }
                });
        return result.minimalCompletionStage();
    }

    private static Throwable cause(CompletionException e) {
        Throwable cause = e.getCause();
        return cause == null ? e : cause;
    }

    private <T> T untilAnswered(Exchange<T> exchange) {
        while (true) {
            Live to = live.join();
            try {
                return exchange.with(to);
            } catch (IOException e) {
                CompletableFuture<@Nullable Void> again = new CompletableFuture<>();
                Time.Alarm alarm = time.after(ASK_AGAIN, () -> again.complete(null));
                to.instance().exit().thenRun(() -> again.complete(null));
                again.join();
                alarm.cancel();
            }
        }
    }

    private void begin(Live next) {
        port = next.status().port();
        delay.started(time.now());
        if (live.complete(next)) {
            next.instance().exit().thenAccept(exit -> starter.execute(() -> ended(exit)));
        } else {
            next.instance().signal(Signal.KILL);
        }
    }

    private void ended(Exit exit) {
        synchronized (lock) {
            if (released) {
                return;
            }
            live = new CompletableFuture<>();
            restarts++;
        }
        Duration wait = delay.ended(time.now());
        notice(
                "gateway.ended",
                "The gateway ended by itself ("
                        + exit
                        + "); it starts again "
                        + (wait.isZero() ? "at once." : "in " + wait.toMillis() + " ms."));
        startAfter(wait);
    }

    private void startAfter(Duration wait) {
        if (wait.isZero()) {
            startAgain();
        } else {
            time.after(wait, () -> starter.execute(this::startAgain));
        }
    }

    private void startAgain() {
        if (released) {
            return;
        }
        try {
            Live next = process.launch(port);
            giveLastTable(next);
            notice(
                    "gateway.started",
                    "The gateway serves again as process "
                            + next.instance().identity().pid()
                            + ".");
            begin(next);
        } catch (IOException | RuntimeException e) {
            if (released) {
                return;
            }
            Duration wait = delay.ended(time.now());
            notice(
                    "gateway.failed",
                    "The gateway could not be started again: "
                            + e.getMessage()
                            + " Next try in "
                            + wait.toMillis()
                            + " ms.");
            startAfter(wait);
        }
    }

    private void giveLastTable(Live next) throws IOException {
        Optional<RoutingTable> last = table;
        if (last.isEmpty()) {
            return;
        }
        try {
            put(next, last.get());
        } catch (IOException | RuntimeException e) {
            next.instance().signal(Signal.KILL);
            throw e;
        }
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

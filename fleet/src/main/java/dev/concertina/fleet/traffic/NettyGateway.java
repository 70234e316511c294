package dev.concertina.fleet.traffic;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.LoadSample;
import dev.concertina.contract.RoutingTable;
import dev.concertina.fleet.host.Exit;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.LogTail;
import dev.concertina.fleet.host.Notice;
import dev.concertina.fleet.host.RestartDelay;
import dev.concertina.fleet.host.Signal;
import dev.concertina.fleet.host.StateFile;
import dev.concertina.fleet.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The leash of our own gateway. Every call runs on a virtual thread and asks the process that lives
 * at that moment; if that one ends meanwhile, the call asks its successor, which holds the last
 * table before anybody else may speak to it.
 */
public final class NettyGateway implements Gateway, AutoCloseable {
    private static final Duration ASK_AGAIN = Duration.ofMillis(200);
    private static final Duration END_WITHIN = Duration.ofSeconds(5);
    private static final Duration SILENT_MAX = Duration.ofSeconds(30);
    private static final Duration LEAVES_WITHIN = Duration.ofMinutes(5);

    private final GatewaySettings settings;
    private final GatewayProcess process;
    private final Time time;
    private final Consumer<Notice> listener;
    private final StateFile<RoutingTable> tableFile;

    private final Object lock = new Object();
    // All six are written under the lock, which is never held across I/O.
    private volatile CompletableFuture<Live> live = new CompletableFuture<>();
    private volatile List<Live> all = List.of();
    private volatile Optional<RoutingTable> table = Optional.empty();
    private volatile long newestGiven;
    private volatile boolean released;
    private volatile int restarts;

    // Processes are started and succeed each other here, one thing after the other; the fields
    // below belong to it.
    private final ExecutorService starter =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("gateway-start").factory());
    private final RestartDelay delay = new RestartDelay();
    private int behind;
    private String classPath = GatewayProcess.ownClassPath();
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
        List<Live> adopted = process.adopt();
        adopted.forEach(this::admit);
        if (!adopted.isEmpty()) {
            // One that obeys a newer table than the file holds is not set back by it.
            long held = adopted.stream().mapToLong(a -> a.first().tableVersion()).max().orElse(0);
            table = tableFile.read().filter(t -> t.version() >= held);
            if (settle(false, LEAVES_WITHIN)) {
                return;
            }
        }
        if (settings.port() != 0) {
            ListenCheck.check(settings.host(), settings.port());
        }
        Live launched = process.launch(settings.port(), classPath);
        admit(launched);
        lead(launched);
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
        return everywhere(to -> put(to, next), (_, younger) -> younger);
    }

    private GatewayStatus put(Live to, RoutingTable next) throws IOException {
        OptionalLong newer = to.obey(next);
        if (newer.isEmpty()) {
            remember(next);
        } else if (newestGiven <= next.version()) {
            throw new TableRefusedException(next.version(), newer.getAsLong());
        }
        // Where a newer one of ours is in force, the older one's promise is kept as well.
        return to.status();
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
        return everywhere(to -> to.drain(id, within), NettyGateway::both);
    }

    private static Drained both(Drained one, Drained other) {
        Duration longer =
                one.waited().compareTo(other.waited()) > 0 ? one.waited() : other.waited();
        return new Drained(one.id(), one.cut() + other.cut(), longer);
    }

    @Override
    public CompletionStage<GatewayStatus> status() {
        return call(() -> withClaimsOfOthers(untilAnswered(Live::status)));
    }

    private GatewayStatus withClaimsOfOthers(GatewayStatus status) {
        List<LoadSample> samples = new ArrayList<>(status.targets());
        for (Live each : all) {
            if (each.pid() != status.pid()) {
                try {
                    samples.addAll(each.status().targets());
                } catch (IOException e) {
                    // It has ended, and its claims with it.
                }
            }
        }
        return new GatewayStatus(
                status.pid(),
                status.port(),
                status.tableVersion(),
                status.requests(),
                status.retried(),
                status.unserved(),
                status.connections(),
                samples,
                status.problems(),
                status.phase());
    }

    @Override
    public List<Long> leaving() {
        long leader = live.isDone() && !live.isCompletedExceptionally() ? live.join().pid() : 0;
        return all.stream().map(Live::pid).filter(pid -> pid != leader).toList();
    }

    @Override
    public CompletionStage<Upgraded> upgrade(String from, Duration within) {
        return CompletableFuture.supplyAsync(() -> replace(from, within), starter)
                .minimalCompletionStage();
    }

    private Upgraded replace(String from, Duration within) {
        if (released) {
            throw stopped();
        }
        Live old = live.getNow(null);
        if (old == null) {
            throw new GatewayException(
                    "gateway: it is being started again at the moment. Try again when 'concertina"
                            + " status' says that it is up.");
        }
        notice("gateway.upgrade", "A new gateway process starts beside process " + old.pid() + ".");
        Live next = launchSuccessor(old, from);
        notice(
                "gateway.successor",
                "Process " + next.pid() + " stands by with the listening sockets.");
        settle(true, within);
        if (!next.equals(live.getNow(null))) {
            throw new GatewayException(
                    "gateway: process "
                            + next.pid()
                            + " ended before the succession was complete. Its last lines: "
                            + LogTail.since(settings.log(), 0, 5));
        }
        classPath = from;
        return new Upgraded(old.pid(), next.pid(), behind);
    }

    private Live launchSuccessor(Live old, String from) {
        try {
            Live next = process.launchSuccessor(old, all, port, from);
            admit(next);
            return next;
        } catch (GatewayException e) {
            process.remember(all, port);
            throw new GatewayException(
                    "gateway: process " + old.pid() + " goes on, because " + e.getMessage(), e);
        }
    }

    @Override
    public CompletionStage<Void> stop(Duration within) {
        List<Live> last = release();
        CompletableFuture<?>[] ends =
                last.stream().map(each -> ended(each, within)).toArray(CompletableFuture<?>[]::new);
        // A successor may be on its way up: it is ended where it is started.
        return CompletableFuture.allOf(ends).thenRunAsync(process::forget, starter);
    }

    private CompletableFuture<Void> ended(Live last, Duration within) {
        Thread.ofVirtual()
                .name("gateway-stop")
                .start(() -> {
                    try {
                        last.stop(within);
                    } catch (IOException | GatewayException e) {
                        // It may end before it answers; if it hangs, the deadline ends it.
                        last.instance().signal(Signal.TERM);
                    }
                });
        Time.Alarm deadline =
                time.after(within.plus(END_WITHIN), () -> last.instance().signal(Signal.KILL));
        return last.instance().exit().thenRun(deadline::cancel).toCompletableFuture();
    }

    /** Lets go: the process keeps serving, and the next fleet process takes it over. */
    @Override
    public void close() {
        release();
    }

    private List<Live> release() {
        synchronized (lock) {
            released = true;
            live.completeExceptionally(stopped());
            live = CompletableFuture.failedFuture(stopped());
            List<Live> last = all;
            all = List.of();
            return last;
        }
    }

    private static GatewayException stopped() {
        return new GatewayException("gateway: it was stopped. Start it with: concertina up");
    }

    /** One exchange with a process; whoever throws {@link IOException} is asked again. */
    private interface Exchange<T> {
        T with(Live to) throws IOException;
    }

    /** With every process that may hold a claim; if all of them end, with the next one. */
    private <T> CompletionStage<T> everywhere(Exchange<T> exchange, BinaryOperator<T> merge) {
        return call(() -> {
            List<CompletableFuture<Optional<T>>> answers =
                    all.stream()
                            .map(to -> call(() -> whileItLives(to, exchange)).toCompletableFuture())
                            .toList();
            return answers.stream()
                    .flatMap(answer -> answer.join().stream())
                    .reduce(merge)
                    .orElseGet(() -> untilAnswered(exchange));
        });
    }

    private static <T> CompletionStage<T> call(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("gateway-call")
                .start(() -> {
                    try {
                        result.complete(work.get());
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
                rest(to);
            }
        }
    }

    private <T> Optional<T> whileItLives(Live to, Exchange<T> exchange) {
        Instant patience = time.now().plus(SILENT_MAX);
        while (all.contains(to) && !to.hasEnded()) {
            try {
                return Optional.of(exchange.with(to));
            } catch (IOException e) {
                if (leaving().contains(to.pid()) && time.now().isAfter(patience)) {
                    // A process that only serves its last connections must not hold up the fleet.
                    to.instance().signal(Signal.KILL);
                }
                rest(to);
            }
        }
        return Optional.empty();
    }

    private void rest(Live silent) {
        CompletableFuture<@Nullable Void> again = new CompletableFuture<>();
        Time.Alarm alarm = time.after(ASK_AGAIN, () -> again.complete(null));
        if (!silent.hasEnded()) {
            silent.instance().exit().thenRun(() -> again.complete(null));
        }
        again.join();
        alarm.cancel();
    }

    /** Counts it among those that may hold claims, before it is given the newest table. */
    private void admit(Live next) {
        synchronized (lock) {
            if (released) {
                next.instance().signal(Signal.KILL);
                return;
            }
            all = Stream.concat(all.stream(), Stream.of(next)).toList();
        }
        port = next.first().port();
        process.remember(all, port);
        next.instance().exit().thenAccept(exit -> starter.execute(() -> ended(next, exit)));
    }

    /** Calls go to this one from now on. */
    private void lead(Live next) {
        synchronized (lock) {
            if (!released && !live.complete(next)) {
                live = CompletableFuture.completedFuture(next);
            }
        }
        delay.started(time.now());
    }

    /** Whether it was one of ours, and whether it was the one that calls went to. */
    private boolean drop(Live gone) {
        synchronized (lock) {
            all = all.stream().filter(each -> !each.equals(gone)).toList();
            boolean led = gone.equals(live.getNow(null));
            if (led) {
                live = new CompletableFuture<>();
            }
            return led;
        }
    }

    /**
     * Takes the next step of a succession until there is none.
     *
     * @return whether a process accepts then
     */
    private boolean settle(boolean upgrading, Duration within) {
        while (!released) {
            try {
                switch (look().next(upgrading)) {
                    case Succession.Launch _ -> {
                        return false;
                    }
                    case Succession.Settled step -> {
                        lead(of(step.pid()));
                        return true;
                    }
                    case Succession.Inform step -> inform(of(step.pid()));
                    case Succession.Accept step -> accept(of(step.pid()));
                    case Succession.Retire step -> retire(of(step.pid()), within);
                    case Succession.Dismiss step -> dismiss(of(step.pid()));
                }
            } catch (IOException e) {
                // Whoever did not answer has ended, or will be ended by the next look.
            }
        }
        return false;
    }

    private Succession look() {
        return new Succession(all.stream().flatMap(each -> member(each).stream()).toList());
    }

    private Optional<Succession.Member> member(Live each) {
        try {
            GatewayStatus status = each.status();
            boolean informed =
                    table.filter(newest -> newest.version() > status.tableVersion()).isEmpty();
            return Optional.of(new Succession.Member(each.pid(), status.phase(), informed));
        } catch (IOException e) {
            dismiss(each);
            return Optional.empty();
        }
    }

    private Live of(long pid) {
        return all.stream().filter(each -> each.pid() == pid).findFirst().orElseThrow();
    }

    private void inform(Live heir) throws IOException {
        Optional<RoutingTable> newest = table;
        if (newest.isPresent()) {
            var _ = heir.obey(newest.get());
        }
    }

    private void accept(Live heir) throws IOException {
        heir.accept();
        lead(heir);
        notice("gateway.accepting", "Process " + heir.pid() + " accepts connections.");
    }

    private void retire(Live predecessor, Duration within) throws IOException {
        behind = predecessor.retire(within).connections();
        var _ =
                time.after(
                        within.plus(SILENT_MAX), () -> predecessor.instance().signal(Signal.KILL));
        notice(
                "gateway.leaving",
                "Process "
                        + predecessor.pid()
                        + " accepts no more; "
                        + behind
                        + (behind == 1 ? " connection stays" : " connections stay")
                        + " with it, for "
                        + within.toSeconds()
                        + " s at most.");
    }

    private static void dismiss(Live unwanted) {
        unwanted.instance().signal(Signal.KILL);
        unwanted.instance().exit().toCompletableFuture().join();
    }

    private void ended(Live gone, Exit exit) {
        if (released) {
            return;
        }
        boolean led = drop(gone);
        process.remember(all, port);
        process.sweep(gone);
        if (!led) {
            notice(
                    "gateway.left",
                    "The gateway process " + gone.pid() + " has ended (" + exit + ").");
        } else if (settle(false, LEAVES_WITHIN)) {
            said("gateway.ended", "The gateway ended by itself (" + exit + "); another goes on.");
        } else {
            startAgain(exit);
        }
    }

    private void startAgain(Exit exit) {
        synchronized (lock) {
            restarts++;
        }
        Duration wait = delay.ended(time.now());
        said(
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
            Live next = process.launch(port, classPath);
            admit(next);
            giveLastTable(next);
            said("gateway.started", "The gateway serves again as process " + next.pid() + ".");
            lead(next);
        } catch (IOException | RuntimeException e) {
            if (released) {
                return;
            }
            Duration wait = delay.ended(time.now());
            said(
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
        try {
            inform(next);
        } catch (IOException | RuntimeException e) {
            next.instance().signal(Signal.KILL);
            throw e;
        }
    }

    private void notice(String kind, String text) {
        listener.accept(new Notice(kind, "gateway", text, Optional.empty()));
    }

    /** With the last lines of its log. */
    private void said(String kind, String text) {
        String tail = LogTail.since(settings.log(), 0, 20);
        listener.accept(
                new Notice(
                        kind,
                        "gateway",
                        text,
                        Optional.of(tail).filter(lines -> !lines.isEmpty())));
    }
}

package dev.concertina.fleet.host.services;

import dev.concertina.fleet.host.Exit;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.LogTail;
import dev.concertina.fleet.host.Notice;
import dev.concertina.fleet.host.ProcessIdentity;
import dev.concertina.fleet.host.RestartDelay;
import dev.concertina.fleet.host.Signal;
import dev.concertina.fleet.host.Startup;
import dev.concertina.fleet.host.StateFile;
import dev.concertina.fleet.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Keeps one embedded service running: adopts or starts it, and starts it again when it ends. */
final class ServiceKeeper {
    private static final String LAUNCHED_FOR = "CONCERTINA_SERVICE";
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    private final Engine engine;
    private final Path folder;
    private final Path log;
    private final Host host;
    private final Time time;
    private final Consumer<Notice> listener;
    private final StateFile<Traces> traces;

    // Everything that starts or stops the process happens here, one after the other. The fields
    // below are written there alone, but for released, which any thread may set.
    private final ExecutorService turn =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("service").factory());
    private final RestartDelay delay = new RestartDelay();
    private volatile Optional<Instance> running = Optional.empty();
    private volatile int port;
    private volatile boolean ready;
    private volatile boolean released;

    /** What {@code service.json} holds; pid 0 when it was stopped in order. */
    record Traces(int port, long pid, long startTime) {}

    ServiceKeeper(
            Engine engine, Path folder, Path log, Host host, Time time, Consumer<Notice> listener) {
        this.engine = engine;
        this.folder = folder.toAbsolutePath();
        this.log = log;
        this.host = host;
        this.time = time;
        this.listener = listener;
        this.traces = new StateFile<>(folder.resolve("service.json"), Traces.class);
    }

    /** Completes when the service answers; exceptionally with {@link ServiceException}. */
    CompletableFuture<Void> open() {
        return CompletableFuture.runAsync(this::adoptOrStart, turn);
    }

    private void adoptOrStart() {
        Optional<Traces> last = traces.read();
        engine.prepare();
        port = last.map(Traces::port).orElse(0);
        Optional<Instance> left =
                last.flatMap(t -> host.adopt(new ProcessIdentity(t.pid(), t.startTime())))
                        .or(() -> host.find(LAUNCHED_FOR, folder.toString()));
        if (left.isPresent() && adopted(left.get())) {
            return;
        }
        if (port != 0) {
            engine.endUnknown(port);
        }
        start();
    }

    /** One that does not serve is ended, because two cannot share the data. */
    private boolean adopted(Instance instance) {
        try {
            awaitReady(instance, LogTail.end(log));
            begin(instance);
            return true;
        } catch (ServiceException e) {
            end(instance);
            return false;
        }
    }

    private static void end(Instance instance) {
        instance.signal(Signal.KILL);
        instance.exit().toCompletableFuture().join();
    }

    private void start() {
        port = choosePort();
        traces.write(new Traces(port, 0, 0));
        long logEnd = LogTail.end(log);
        Instance instance = host.start(labelled(engine.launch(port)));
        write(instance.identity());
        try {
            awaitReady(instance, logEnd);
        } catch (ServiceException e) {
            end(instance);
            throw e;
        }
        begin(instance);
    }

    private LaunchSpec labelled(LaunchSpec spec) {
        Map<String, String> env = new HashMap<>(spec.env());
        env.put(LAUNCHED_FOR, folder.toString());
        return new LaunchSpec(spec.name(), spec.command(), env, spec.directory(), spec.log());
    }

    /** The port of last time, because instances may have kept it; another if it was taken. */
    private int choosePort() {
        if (port != 0 && free(port)) {
            return port;
        }
        int other = host.freePort();
        if (port != 0) {
            notice(
                    "service.moved",
                    "Port "
                            + port
                            + " was taken meanwhile, so "
                            + engine.kind()
                            + " listens on "
                            + other
                            + ".");
        }
        return other;
    }

    private static boolean free(int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void awaitReady(Instance instance, long logEnd) {
        Startup startup = new Startup(instance, READY_WITHIN, () -> released);
        startup.failure(() -> engine.ask(port))
                .ifPresent(why -> {
                    throw failure(why, logEnd);
                });
    }

    private ServiceException failure(String what, long logEnd) {
        String tail = LogTail.since(log, logEnd, 20);
        return new ServiceException(
                "services."
                        + engine.kind()
                        + ": the process "
                        + what
                        + ". "
                        + (tail.isEmpty()
                                ? "It wrote nothing to " + log + "."
                                : "It wrote to " + log + ":\n" + tail)
                        + "\n"
                        + engine.adviceOnFailure());
    }

    private void begin(Instance instance) {
        write(instance.identity());
        delay.started(time.now());
        running = Optional.of(instance);
        ready = true;
        instance.exit().thenAccept(exit -> turn.execute(() -> ended(exit)));
    }

    private void write(ProcessIdentity identity) {
        traces.write(new Traces(port, identity.pid(), identity.startTime()));
    }

    private void ended(Exit exit) {
        ready = false;
        running = Optional.empty();
        if (released) {
            return;
        }
        Duration wait = delay.ended(time.now());
        notice(
                "service.ended",
                engine.kind()
                        + " ended by itself ("
                        + exit
                        + "); it starts again "
                        + (wait.isZero() ? "at once." : "in " + wait.toMillis() + " ms."));
        startAfter(wait);
    }

    private void startAfter(Duration wait) {
        if (wait.isZero()) {
            startAgain();
        } else {
            time.after(wait, () -> turn.execute(this::startAgain));
        }
    }

    private void startAgain() {
        if (released) {
            return;
        }
        try {
            start();
            notice("service.started", engine.kind() + " serves again.");
        } catch (RuntimeException e) {
            if (released) {
                return;
            }
            Duration wait = delay.ended(time.now());
            notice("service.failed", e.getMessage() + "\nNext try in " + wait.toMillis() + " ms.");
            startAfter(wait);
        }
    }

    private void notice(String kind, String text) {
        String tail = LogTail.since(log, 0, 20);
        listener.accept(
                new Notice(
                        kind,
                        engine.kind(),
                        text,
                        Optional.of(tail).filter(lines -> !lines.isEmpty())));
    }

    ServiceState state() {
        return new ServiceState(
                engine.kind(),
                running.map(i -> i.identity().pid()).orElse(0L),
                engine.url(port),
                ready ? "ready" : released ? "stopped" : "starting");
    }

    Map<String, String> env() {
        return engine.env(port);
    }

    void release() {
        released = true;
    }

    /** Completes when the process has ended, killed if it takes longer than this. */
    CompletableFuture<Void> stop(Duration within) {
        release();
        return CompletableFuture.runAsync(() -> end(within), turn);
    }

    private void end(Duration within) {
        running.ifPresent(instance -> end(instance, within));
        running = Optional.empty();
        ready = false;
        traces.read().ifPresent(last -> traces.write(new Traces(last.port(), 0, 0)));
    }

    private void end(Instance instance, Duration within) {
        instance.signal(engine.stopSignal());
        Time.Alarm alarm = time.after(within, () -> instance.signal(Signal.KILL));
        instance.exit().toCompletableFuture().join();
        alarm.cancel();
    }
}

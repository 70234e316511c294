package dev.concertina.fleet.host.services;

import dev.concertina.fleet.host.Exit;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.LogTail;
import dev.concertina.fleet.host.Notice;
import dev.concertina.fleet.host.ProcessIdentity;
import dev.concertina.fleet.host.Signal;
import dev.concertina.fleet.host.StateFile;
import dev.concertina.fleet.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Keeps one embedded service running: adopts or starts it, and starts it again when it ends. */
final class ServiceKeeper {
    private static final String LAUNCHED_FOR = "CONCERTINA_SERVICE";
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration CRASH_LOOP = Duration.ofSeconds(30);
    private static final Duration WAIT_FIRST = Duration.ofMillis(250);
    private static final Duration WAIT_MAX = Duration.ofSeconds(10);
    private static final long ASK_EVERY_MILLIS = 25;

    private final Engine engine;
    private final Path folder;
    private final Path log;
    private final Host host;
    private final Time time;
    private final Consumer<Notice> listener;
    private final StateFile<Traces> traces;

    // Written by the one thread at a time that starts or stops the process.
    private volatile Optional<Instance> running = Optional.empty();
    private volatile int port;
    private volatile boolean ready;
    private volatile boolean released;
    private volatile int crashes;
    private volatile Instant startedAt = Instant.EPOCH;

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

    /**
     * Returns when the service answers.
     *
     * @throws ServiceException if it does not
     */
    void open() {
        Optional<Traces> last = traces.read();
        engine.prepare();
        port = last.map(Traces::port).orElse(0);
        Optional<Instance> left =
                last.flatMap(t -> host.adopt(new ProcessIdentity(t.pid(), t.startTime())))
                        .or(() -> host.find(LAUNCHED_FOR, folder.toString()));
        if (left.isPresent() && port != 0) {
            adopt(left.get());
        } else {
            left.ifPresent(ServiceKeeper::end);
            start();
        }
    }

    private void adopt(Instance instance) {
        awaitReady(instance, LogTail.end(log));
        begin(instance);
    }

    private static void end(Instance instance) {
        instance.signal(Signal.KILL);
        instance.exit().toCompletableFuture().join();
    }

    private void start() {
        port = choosePort();
        long logEnd = LogTail.end(log);
        Instance instance = host.start(labelled(engine.launch(port)));
        write(instance.identity());
        try {
            awaitReady(instance, logEnd);
        } catch (ServiceException e) {
            instance.signal(Signal.KILL);
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
        Instant deadline = time.now().plus(READY_WITHIN);
        CompletableFuture<Exit> exit = instance.exit().toCompletableFuture();
        for (Optional<String> answer = engine.ask(port);
                answer.isPresent();
                answer = engine.ask(port)) {
            if (ended(exit)) {
                throw failure("ended while it started (" + exit.join() + ")", logEnd);
            }
            if (time.now().isAfter(deadline)) {
                throw failure(
                        "does not serve on 127.0.0.1:" + port + " (" + answer.get() + ")", logEnd);
            }
        }
    }

    private static boolean ended(CompletableFuture<Exit> exit) {
        try {
            exit.get(ASK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("exit stages never fail", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceException("interrupted while a service started", e);
        }
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
        startedAt = time.now();
        running = Optional.of(instance);
        ready = true;
        instance.exit().thenAccept(this::ended);
    }

    private void write(ProcessIdentity identity) {
        traces.write(new Traces(port, identity.pid(), identity.startTime()));
    }

    private void ended(Exit exit) {
        ready = false;
        if (released) {
            return;
        }
        running = Optional.empty();
        Duration wait = waitBeforeStart();
        notice(
                "service.ended",
                engine.kind()
                        + " "
                        + exit
                        + " by itself; it starts again "
                        + (wait.isZero() ? "at once." : "in " + wait.toMillis() + " ms."));
        startAfter(wait);
    }

    /** At once after a first end, then twice as long each time until it has run for a while. */
    private Duration waitBeforeStart() {
        crashes = startedAt.plus(CRASH_LOOP).isBefore(time.now()) ? 0 : crashes + 1;
        if (crashes <= 1) {
            return Duration.ZERO;
        }
        Duration wait = WAIT_FIRST.multipliedBy(1L << Math.min(crashes - 2, 10));
        return wait.compareTo(WAIT_MAX) > 0 ? WAIT_MAX : wait;
    }

    private void startAfter(Duration wait) {
        time.after(wait, () -> Thread.ofVirtual().name("service-start").start(this::startAgain));
    }

    private void startAgain() {
        if (released) {
            return;
        }
        try {
            start();
            notice("service.started", engine.kind() + " serves again.");
        } catch (RuntimeException e) {
            Duration wait = waitBeforeStart();
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

    /** Returns when the process has ended, killed if it takes longer than this. */
    void stop(Duration within) {
        release();
        running.ifPresent(instance -> stop(instance, within));
        running = Optional.empty();
        traces.write(new Traces(port, 0, 0));
    }

    private void stop(Instance instance, Duration within) {
        instance.signal(engine.stopSignal());
        Time.Alarm alarm = time.after(within, () -> instance.signal(Signal.KILL));
        instance.exit().toCompletableFuture().join();
        alarm.cancel();
    }
}

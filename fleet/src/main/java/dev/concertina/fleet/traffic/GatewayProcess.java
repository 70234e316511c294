package dev.concertina.fleet.traffic;

import dev.concertina.contract.GatewayControl;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.fleet.host.Exit;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.LogTail;
import dev.concertina.fleet.host.ProcessIdentity;
import dev.concertina.fleet.host.Signal;
import dev.concertina.fleet.host.StateFile;
import dev.concertina.fleet.wire.SocketPath;
import dev.concertina.fleet.wire.UnixHttp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Launches the gateway's process, or takes over the one that {@code gateway.json} names. */
final class GatewayProcess {
    /** System property: the class path to launch with, this JVM's own by default. */
    static final String CLASS_PATH = "concertina.gateway.classpath";

    static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    private static final String MAIN = "dev.concertina.gateway.GatewayMain";
    private static final Duration START_WITHIN = Duration.ofSeconds(60);
    private static final long ASK_EVERY_MILLIS = 20;

    private final GatewaySettings settings;
    private final Host host;
    private final Path socket;
    private final UnixHttp http;
    private final StateFile<Traces> traces;

    /** What {@code gateway.json} holds. */
    record Traces(long pid, long startTime, int port) {}

    /** A process that answered on its control socket. */
    record Live(Instance instance, UnixHttp http, GatewayStatus status) {}

    GatewayProcess(GatewaySettings settings, Host host) {
        this.settings = settings;
        this.host = host;
        try {
            socket = SocketPath.of(settings.stateDirectory(), "gateway");
        } catch (IOException e) {
            throw new GatewayException("gateway: " + e.getMessage(), e);
        }
        http = new UnixHttp(socket);
        traces = new StateFile<>(settings.stateDirectory().resolve("gateway.json"), Traces.class);
    }

    /** The port of the gateway before this one, if one is known. */
    Optional<Integer> lastPort() {
        return traces.read().map(Traces::port);
    }

    /**
     * Empty if none runs. One that runs and does not answer is ended: two cannot share the port.
     */
    Optional<Live> adopt() {
        Optional<Instance> running =
                traces.read()
                        .flatMap(t -> host.adopt(new ProcessIdentity(t.pid(), t.startTime())))
                        .or(() -> host.find(LAUNCHED_FOR, socket.toString()));
        if (running.isEmpty()) {
            return Optional.empty();
        }
        try {
            Live live = answering(running.get(), LogTail.end(settings.log()), ANSWER_WITHIN);
            write(live);
            return Optional.of(live);
        } catch (GatewayException e) {
            running.get().signal(Signal.KILL);
            running.get().exit().toCompletableFuture().join();
            return Optional.empty();
        }
    }

    /** In the environment of every gateway: finds one whose launch was never written down. */
    private static final String LAUNCHED_FOR = "CONCERTINA_GATEWAY";

    /**
     * @throws GatewayException if it does not answer; nothing is left running then
     */
    Live launch(int port) {
        long logEnd = LogTail.end(settings.log());
        Instance instance =
                host.start(
                        new LaunchSpec(
                                "gateway",
                                command(port),
                                Map.of(LAUNCHED_FOR, socket.toString()),
                                settings.stateDirectory(),
                                settings.log()));
        try {
            Live live = answering(instance, logEnd, START_WITHIN);
            write(live);
            return live;
        } catch (GatewayException e) {
            instance.signal(Signal.KILL);
            throw e;
        }
    }

    void forget() {
        traces.delete();
    }

    private void write(Live live) {
        ProcessIdentity identity = live.instance().identity();
        traces.write(new Traces(identity.pid(), identity.startTime(), live.status().port()));
    }

    private List<String> command(int port) {
        String classPath =
                System.getProperty(CLASS_PATH, System.getProperty("java.class.path", ""));
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                MAIN,
                "--listen",
                settings.host() + ":" + port,
                "--control",
                socket.toString());
    }

    private Live answering(Instance instance, long logEnd, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        CompletableFuture<Exit> exit = instance.exit().toCompletableFuture();
        while (true) {
            try {
                UnixHttp.Reply reply = http.call("GET", GatewayControl.STATUS, null, ANSWER_WITHIN);
                if (reply.ok()) {
                    return new Live(instance, http, reply.as(GatewayStatus.class));
                }
            } catch (IOException e) {
                // Not listening yet.
            }
            if (ended(exit)) {
                throw new GatewayException(
                        "gateway: the process ended while it started ("
                                + exit.join()
                                + ") "
                                + said(logEnd));
            }
            if (System.nanoTime() > deadline) {
                throw new GatewayException(
                        "gateway: process "
                                + instance.identity().pid()
                                + " does not answer on "
                                + socket
                                + " "
                                + said(logEnd));
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
            throw new GatewayException("gateway: interrupted while it started", e);
        }
    }

    private String said(long logEnd) {
        String tail = LogTail.since(settings.log(), logEnd, 20);
        return tail.isEmpty()
                ? "and wrote nothing to " + settings.log() + "."
                : "and wrote to " + settings.log() + ":\n" + tail;
    }
}

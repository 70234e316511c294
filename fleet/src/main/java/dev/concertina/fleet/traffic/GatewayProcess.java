package dev.concertina.fleet.traffic;

import dev.concertina.contract.GatewayControl;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.LogTail;
import dev.concertina.fleet.host.ProcessIdentity;
import dev.concertina.fleet.host.Signal;
import dev.concertina.fleet.host.Startup;
import dev.concertina.fleet.host.StateFile;
import dev.concertina.fleet.wire.SocketPath;
import dev.concertina.fleet.wire.UnixHttp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** Launches the gateway's process, or takes over the one that {@code gateway.json} names. */
final class GatewayProcess {
    /** System property: the class path to launch with, this JVM's own by default. */
    static final String CLASS_PATH = "concertina.gateway.classpath";

    static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    /** In the environment of every gateway: finds one whose launch was never written down. */
    private static final String LAUNCHED_FOR = "CONCERTINA_GATEWAY";

    private static final String MAIN = "dev.concertina.gateway.GatewayMain";
    private static final Duration ADOPT_WITHIN = Duration.ofSeconds(10);
    private static final Duration START_WITHIN = Duration.ofSeconds(60);

    private final GatewaySettings settings;
    private final Host host;
    private final BooleanSupplier abandoned;
    private final Path socket;
    private final UnixHttp http;
    private final StateFile<Traces> traces;

    /** What {@code gateway.json} holds. */
    record Traces(long pid, long startTime, String host, int port) {}

    /** A process that answered on its control socket. */
    record Live(Instance instance, UnixHttp http, GatewayStatus status) {}

    /**
     * @param abandoned whether a launch in progress should be given up
     */
    GatewayProcess(GatewaySettings settings, Host host, BooleanSupplier abandoned) {
        this.settings = settings;
        this.host = host;
        this.abandoned = abandoned;
        try {
            socket = SocketPath.of(settings.stateDirectory(), "gateway");
        } catch (IOException e) {
            throw new GatewayException("gateway: " + e.getMessage(), e);
        }
        http = new UnixHttp(socket);
        traces = new StateFile<>(settings.stateDirectory().resolve("gateway.json"), Traces.class);
    }

    /**
     * Empty if none runs. One that does not answer, or listens elsewhere than is asked for now, is
     * ended: two cannot share the control socket.
     */
    Optional<Live> adopt() {
        Optional<Traces> left = traces.read();
        Optional<Instance> running =
                left.flatMap(t -> host.adopt(new ProcessIdentity(t.pid(), t.startTime())))
                        .or(() -> host.find(LAUNCHED_FOR, socket.toString()));
        if (running.isEmpty()) {
            return Optional.empty();
        }
        try {
            Live live = answering(running.get(), LogTail.end(settings.log()), ADOPT_WITHIN);
            if (left.filter(t -> listensAsAsked(t, live)).isPresent()) {
                write(live);
                return Optional.of(live);
            }
            http.call("POST", GatewayControl.STOP + "?within=" + ADOPT_WITHIN, null, ADOPT_WITHIN);
        } catch (IOException | GatewayException e) {
            running.get().signal(Signal.KILL);
        }
        running.get().exit().toCompletableFuture().join();
        return Optional.empty();
    }

    private boolean listensAsAsked(Traces left, Live live) {
        return left.host().equals(settings.host())
                && (settings.port() == 0 || settings.port() == live.status().port());
    }

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
        traces.write(
                new Traces(
                        identity.pid(),
                        identity.startTime(),
                        settings.host(),
                        live.status().port()));
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
        AtomicReference<GatewayStatus> status = new AtomicReference<>();
        Optional<String> failure =
                new Startup(instance, within, abandoned).failure(() -> ask(status));
        if (failure.isPresent()) {
            throw new GatewayException(
                    "gateway: process "
                            + instance.identity().pid()
                            + " "
                            + failure.get()
                            + " "
                            + said(logEnd));
        }
        return new Live(instance, http, status.get());
    }

    private Optional<String> ask(AtomicReference<GatewayStatus> status) {
        try {
            UnixHttp.Reply reply = http.call("GET", GatewayControl.STATUS, null, ANSWER_WITHIN);
            if (reply.ok()) {
                status.set(reply.as(GatewayStatus.class));
                return Optional.empty();
            }
            return Optional.of("HTTP " + reply.status() + " on " + socket);
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private String said(long logEnd) {
        String tail = LogTail.since(settings.log(), logEnd, 20);
        return tail.isEmpty()
                ? "and wrote nothing to " + settings.log() + "."
                : "and wrote to " + settings.log() + ":\n" + tail;
    }
}

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Launches the gateway's processes, or takes over those that {@code gateway.json} names. */
final class GatewayProcess {
    /** System property: the class path to launch with, this JVM's own by default. */
    static final String CLASS_PATH = "concertina.gateway.classpath";

    /** In the environment of every gateway: finds one whose launch was never written down. */
    private static final String LAUNCHED_FOR = "CONCERTINA_GATEWAY";

    private static final String MAIN = "dev.concertina.gateway.GatewayMain";
    private static final Duration ADOPT_WITHIN = Duration.ofSeconds(10);
    private static final Duration START_WITHIN = Duration.ofSeconds(60);

    private final GatewaySettings settings;
    private final Host host;
    private final BooleanSupplier abandoned;
    private final Path socket;
    private final StateFile<Traces> traces;

    /**
     * What {@code gateway.json} holds.
     *
     * @param processes oldest first
     * @param arguments what else they were told
     */
    record Traces(List<ProcessIdentity> processes, String host, int port, List<String> arguments) {
        Traces {
            processes = List.copyOf(processes);
            arguments = List.copyOf(arguments);
        }
    }

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
        traces = new StateFile<>(settings.stateDirectory().resolve("gateway.json"), Traces.class);
    }

    /**
     * Those that run, oldest first. One that does not answer is ended, and so are all if they
     * listen elsewhere than is asked for now.
     */
    List<Live> adopt() {
        Optional<Traces> left = traces.read();
        List<Instance> running = running(left);
        List<Live> living = running.stream().flatMap(each -> answers(each).stream()).toList();
        if (left.filter(this::listensAsAsked).isPresent()) {
            return living;
        }
        living.forEach(GatewayProcess::end);
        return List.of();
    }

    private List<Instance> running(Optional<Traces> left) {
        List<Instance> known =
                left.stream()
                        .flatMap(t -> t.processes().stream())
                        .flatMap(identity -> host.adopt(identity).stream())
                        .toList();
        return known.isEmpty()
                ? host.find(LAUNCHED_FOR, socket.toString()).stream().toList()
                : known;
    }

    private Optional<Live> answers(Instance running) {
        try {
            return Optional.of(answering(running, LogTail.end(settings.log()), ADOPT_WITHIN));
        } catch (GatewayException e) {
            running.signal(Signal.KILL);
            running.exit().toCompletableFuture().join();
            return Optional.empty();
        }
    }

    private static void end(Live live) {
        try {
            live.stop(ADOPT_WITHIN);
        } catch (IOException | GatewayException e) {
            live.instance().signal(Signal.KILL);
        }
        live.instance().exit().toCompletableFuture().join();
    }

    private boolean listensAsAsked(Traces left) {
        return left.host().equals(settings.host())
                && left.arguments().equals(settings.arguments())
                && (settings.port() == 0 || settings.port() == left.port());
    }

    /**
     * One that binds the port.
     *
     * @throws GatewayException if it does not answer; nothing is left running then
     */
    Live launch(int port, String classPath) {
        long logEnd = LogTail.end(settings.log());
        return started(start(command(classPath, port, List.of())), logEnd);
    }

    /**
     * One that stands by on the listening sockets of this one.
     *
     * @param living those there are, to be written down with it
     * @throws GatewayException if it does not answer; it does not run then
     */
    Live launchSuccessor(Live of, List<Live> living, int port, String classPath) {
        long logEnd = LogTail.end(settings.log());
        List<String> more = List.of("--take-over", ownSocket(of.instance()).toString());
        Instance instance = start(command(classPath, port, more));
        write(
                Stream.concat(living.stream().map(Live::instance), Stream.of(instance)).toList(),
                port);
        return started(instance, logEnd);
    }

    private Instance start(List<String> command) {
        return host.start(
                new LaunchSpec(
                        "gateway",
                        command,
                        environment(),
                        settings.stateDirectory(),
                        settings.log()));
    }

    private Live started(Instance instance, long logEnd) {
        try {
            return answering(instance, logEnd, START_WITHIN);
        } catch (GatewayException e) {
            instance.signal(Signal.KILL);
            throw e;
        }
    }

    /** Writes down which processes there are. */
    void remember(List<Live> living, int port) {
        write(living.stream().map(Live::instance).toList(), port);
    }

    private void write(List<Instance> instances, int port) {
        traces.write(
                new Traces(
                        instances.stream().map(Instance::identity).toList(),
                        settings.host(),
                        port,
                        settings.arguments()));
    }

    /** Removes the socket that a killed process could not remove itself. */
    void sweep(Live ended) {
        try {
            Files.deleteIfExists(ownSocket(ended.instance()));
        } catch (IOException e) {
            // It only lies about, and a process of that pid would replace it.
        }
    }

    void forget() {
        traces.delete();
    }

    /** The class path of this installation, as far as this process knows. */
    static String ownClassPath() {
        return System.getProperty(CLASS_PATH, System.getProperty("java.class.path", ""));
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(GatewayJvm.ENVIRONMENT);
        environment.put(LAUNCHED_FOR, socket.toString());
        return environment;
    }

    private List<String> command(String classPath, int port, List<String> more) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(GatewayJvm.options());
        words.addAll(
                List.of(
                        "-cp",
                        classPath,
                        MAIN,
                        "--listen",
                        settings.host() + ":" + port,
                        "--control",
                        socket.toString()));
        words.addAll(settings.arguments());
        words.addAll(more);
        return words;
    }

    private Path ownSocket(Instance instance) {
        return GatewayControl.ownSocket(socket, instance.identity().pid());
    }

    private Live answering(Instance instance, long logEnd, Duration within) {
        UnixHttp http = new UnixHttp(ownSocket(instance));
        AtomicReference<GatewayStatus> first = new AtomicReference<>();
        Optional<String> failure =
                new Startup(instance, within, abandoned).failure(() -> silence(http, first));
        if (failure.isPresent()) {
            throw new GatewayException(
                    "gateway: process "
                            + instance.identity().pid()
                            + " "
                            + failure.get()
                            + " "
                            + said(logEnd));
        }
        return new Live(instance, http, first.get());
    }

    private static Optional<String> silence(UnixHttp http, AtomicReference<GatewayStatus> first) {
        try {
            first.set(Live.status(http));
            return Optional.empty();
        } catch (IOException | GatewayException e) {
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

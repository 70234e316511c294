package dev.concertina.fleet.traffic;

import dev.concertina.contract.RoutingTable;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.LogTail;
import dev.concertina.fleet.host.NginxProgram;
import dev.concertina.fleet.host.ProcessIdentity;
import dev.concertina.fleet.host.Signal;
import dev.concertina.fleet.host.Startup;
import dev.concertina.fleet.host.StateFile;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.render.Nginx;
import dev.concertina.fleet.render.NginxSite;
import dev.concertina.fleet.wire.SocketPath;
import dev.concertina.fleet.wire.UnixHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Launches nginx, or takes over the one that {@code nginx.json} names, and tells it tables. */
final class NginxProcess {
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    private static final Duration START_WITHIN = Duration.ofSeconds(30);
    private static final Duration TEST_WITHIN = Duration.ofSeconds(30);

    /** The first that can be told on the command line where errors go before it reads its file. */
    private static final int KNOWS_E = 1_019_005;

    private final GatewaySettings settings;
    private final Host host;
    private final NginxProgram program;
    private final BooleanSupplier abandoned;
    private final Path folder;
    private final Path socket;
    private final UnixHttp http;
    private final StateFile<Traces> traces;
    private final NginxProcesses processes;

    /** What {@code nginx.json} holds. */
    record Traces(long pid, long startTime, String host, int port, List<String> arguments) {
        Traces {
            arguments = arguments == null ? List.of() : List.copyOf(arguments);
        }
    }

    /** The master, and what its workers obey. */
    record Live(Instance master, int port, String generation) {
        /** The table's version, which a generation begins with. */
        long version() {
            return Long.parseLong(generation.substring(0, generation.indexOf('.')));
        }
    }

    NginxProcess(
            GatewaySettings settings, Host host, NginxProgram program, BooleanSupplier abandoned) {
        this.settings = settings;
        this.host = host;
        this.program = program;
        this.abandoned = abandoned;
        this.folder = settings.stateDirectory().resolve("nginx");
        this.processes = new NginxProcesses(folder);
        this.traces =
                new StateFile<>(settings.stateDirectory().resolve("nginx.json"), Traces.class);
        try {
            Files.createDirectories(folder.resolve("temp"));
            Files.createDirectories(settings.log().getParent());
            socket = SocketPath.of(settings.stateDirectory(), "nginx");
        } catch (IOException e) {
            throw new GatewayException("gateway: " + e.getMessage(), e);
        }
        http = new UnixHttp(socket);
    }

    NginxProcesses processes() {
        return processes;
    }

    Path folder() {
        return folder;
    }

    UnixHttp http() {
        return http;
    }

    /**
     * Empty if none runs. One that does not answer, or listens elsewhere than is asked for now, is
     * ended: two cannot share a port.
     */
    Optional<Live> adopt() {
        Optional<Traces> left = traces.read();
        Optional<Instance> running =
                left.flatMap(t -> host.adopt(new ProcessIdentity(t.pid(), t.startTime())))
                        .or(this::findMaster);
        if (running.isEmpty()) {
            return Optional.empty();
        }
        if (left.filter(this::asAsked).isPresent()) {
            try {
                return Optional.of(new Live(running.get(), left.get().port(), askGeneration()));
            } catch (IOException e) {
                // It is of no use.
            }
        }
        running.get().signal(Signal.TERM);
        running.get().exit().toCompletableFuture().join();
        return Optional.empty();
    }

    private Optional<Instance> findMaster() {
        return processes.now().stream()
                .filter(found -> found.role() == NginxProcesses.Role.MASTER)
                .flatMap(found -> host.adopt(found.identity()).stream())
                .findFirst();
    }

    private boolean asAsked(Traces left) {
        return left.host().equals(settings.host())
                && (settings.port() == 0 || settings.port() == left.port())
                && left.arguments().equals(settings.arguments());
    }

    /**
     * Starts it with the table already in force.
     *
     * @throws GatewayException if it does not serve; nothing is left running then
     */
    Live launch(int port, RoutingTable table, String generation) {
        write(port, table, generation);
        long logEnd = LogTail.end(settings.log());
        Instance master;
        try {
            Files.deleteIfExists(socket);
            master =
                    host.start(
                            new LaunchSpec("nginx", command(), Map.of(), folder, settings.log()));
        } catch (IOException e) {
            throw new GatewayException("gateway: " + e.getMessage(), e);
        }
        Optional<String> failure =
                new Startup(master, START_WITHIN, abandoned)
                        .failure(() -> says(generation) ? Optional.empty() : Optional.of("silent"));
        if (failure.isPresent()) {
            master.signal(Signal.TERM);
            throw new GatewayException(
                    "gateway: nginx (process "
                            + master.identity().pid()
                            + ") "
                            + failure.get()
                            + " "
                            + said(logEnd));
        }
        ProcessIdentity identity = master.identity();
        traces.write(
                new Traces(
                        identity.pid(),
                        identity.startTime(),
                        settings.host(),
                        port,
                        settings.arguments()));
        return new Live(master, port, generation);
    }

    private List<String> command(String... more) {
        List<String> words = new ArrayList<>();
        words.add(program.path().toString());
        words.addAll(List.of("-p", folder + "/", "-c", "nginx.conf"));
        if (program.version() >= KNOWS_E) {
            words.addAll(List.of("-e", "stderr"));
        }
        words.addAll(List.of(more));
        return words;
    }

    /**
     * Replaces the file whole, after nginx found nothing wrong with it.
     *
     * @throws GatewayException with what nginx says
     */
    void write(int port, RoutingTable table, String generation) {
        Path next = folder.resolve("nginx.conf.next");
        try {
            Files.writeString(next, Nginx.conf(site(port, table, generation)));
            Optional<String> wrong = test(next);
            if (wrong.isPresent()) {
                throw new GatewayException(
                        "gateway: nginx refuses what is written in " + next + ": " + wrong.get());
            }
            Files.move(
                    next,
                    folder.resolve("nginx.conf"),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new GatewayException("gateway: " + e.getMessage(), e);
        }
    }

    private Optional<String> test(Path file) throws IOException {
        List<String> words = command("-t", "-q");
        words.set(words.indexOf("nginx.conf"), file.getFileName().toString());
        Process process =
                new ProcessBuilder(words)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (!process.waitFor(TEST_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of("it does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
        // Without time and pid the same complaint reads the same.
        return process.exitValue() == 0
                ? Optional.empty()
                : Optional.of(said.replaceAll("(?m)^\\S+ \\S+ (\\[\\w+]) [\\d#]+: ", "$1 "));
    }

    private NginxSite site(int port, RoutingTable table, String generation) {
        List<Manifest.Certificate> pairs =
                settings.tls().map(Manifest.Tls::certificates).orElse(List.of());
        return new NginxSite(
                program.version(),
                Optional.of(System.getProperty("user.name")).filter("root"::equals),
                new Manifest.Address(settings.host(), port),
                settings.http2(),
                pairs.stream()
                        .map(pair ->
                                new NginxSite.Certificate(
                                        pair.certificate(),
                                        pair.key(),
                                        CertificateNames.of(pair.certificate())))
                        .toList(),
                settings.tls().flatMap(Manifest.Tls::redirect),
                folder,
                socket,
                generation,
                table);
    }

    /** Whether a worker that accepts connections obeys this generation. */
    boolean says(String generation) {
        try {
            return askGeneration().equals(generation);
        } catch (IOException e) {
            return false;
        }
    }

    private String askGeneration() throws IOException {
        UnixHttp.Reply reply = http.call("GET", NginxSite.GENERATION, null, ANSWER_WITHIN);
        if (!reply.ok()) {
            throw new IOException("nginx answered " + reply.status() + " on " + socket);
        }
        return reply.body().strip();
    }

    void forget() {
        traces.delete();
    }

    String said(long logEnd) {
        String tail = LogTail.since(settings.log(), logEnd, 20);
        return tail.isEmpty()
                ? "and wrote nothing to " + settings.log() + "."
                : "and wrote to " + settings.log() + ":\n" + tail;
    }
}

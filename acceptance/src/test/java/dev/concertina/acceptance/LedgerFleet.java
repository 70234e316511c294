package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.console.FleetClient;
import dev.concertina.fleet.console.FleetStatus;
import dev.concertina.fleet.console.FleetStatus.InstanceStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A real fleet of a small program that writes every POST down before it answers, so that a request
 * that was executed twice, or not at all, is seen where it happened.
 */
final class LedgerFleet implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Workspace workspace;
    private final List<Kill> kills = new ArrayList<>();
    private String address = "";

    /**
     * An instance that was killed: asked to end after {@code before}, nothing of it left at {@code
     * after}. Times as {@link System#nanoTime} counts.
     */
    record Kill(String instance, long before, long after) {}

    /**
     * @param rest of the manifest, behind {@code app} and {@code gateway}
     */
    LedgerFleet(Path directory, String rest) throws IOException {
        this(directory, Duration.ofSeconds(10), rest);
    }

    /**
     * @param drain how long streams may take to come back
     */
    LedgerFleet(Path directory, Duration drain, String rest) throws IOException {
        workspace = new Workspace(directory);
        workspace.write("server.js", resource());
        Files.createDirectories(workspace.directory().resolve("ledger"));
        workspace.write(
                "concertina.yaml",
                "app:\n  name: ledger\n  command: node server.js\n  drain: "
                        + drain.toSeconds()
                        + "s\n"
                        + "  health: { ready: /health, every: 500ms }\n"
                        // Who kills on purpose again and again sees no crash loop.
                        + "  restart: off\n"
                        + "gateway: { listen: 127.0.0.1:0 }\n"
                        + rest);
    }

    private static String resource() throws IOException {
        try (InputStream in = LedgerFleet.class.getResourceAsStream("/ledger.js")) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    LedgerFleet up() {
        return up(Map.of());
    }

    LedgerFleet up(Map<String, String> environment) {
        workspace.run(environment, "up", "-d").hasExit(0);
        address = status().address();
        return this;
    }

    Workspace workspace() {
        return workspace;
    }

    Path state() {
        return workspace.directory().resolve(".concertina");
    }

    String address() {
        return address;
    }

    FleetClient client() {
        return workspace.client();
    }

    FleetStatus status() {
        return client().status();
    }

    List<InstanceStatus> ready() {
        return status().instances().stream().filter(i -> i.state().equals("ready")).toList();
    }

    /** Waits until everything wanted is ready and nothing is under way. */
    void settled() {
        var outcome = client().settled(PATIENCE, _ -> {});
        assertThat(outcome.done()).as(outcome.text()).isTrue();
    }

    /** The next releases answer this share of their requests with 500. */
    void errors(double share) {
        workspace.write("errors", Double.toString(share));
    }

    /** A release as good as the one before; it must come to serve. */
    void deploy() {
        var outcome = client().deploy(java.util.Optional.empty(), true, _ -> {});
        assertThat(outcome.done()).as(outcome.text()).isTrue();
    }

    /** SIGKILL to the process of the instance. */
    void kill(InstanceStatus instance) {
        long before = System.nanoTime();
        assertThat(ProcessHandle.of(instance.pid()).orElseThrow().destroyForcibly()).isTrue();
        // Until then its connections are open, and take what nobody reads any more.
        while (!isOver(instance.pid())) {
            assertThat(System.nanoTime() - before).isLessThan(PATIENCE.toNanos());
            LockSupport.parkNanos(100_000);
        }
        kills.add(new Kill(instance.id(), before, System.nanoTime()));
        Workspace.await(
                PATIENCE,
                () -> status().instances().stream().noneMatch(i -> i.id().equals(instance.id())),
                () -> instance.id() + " is still listed");
    }

    /** Gone, or the last of its threads a zombie that nobody has reaped. */
    private static boolean isOver(long pid) {
        var process = Path.of("/proc", Long.toString(pid));
        try (Stream<Path> threads = Files.list(process.resolve("task"))) {
            return threads.count() <= 1
                    && Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1)
                            .contains(") Z ");
        } catch (IOException | UncheckedIOException gone) {
            return true;
        }
    }

    List<Kill> kills() {
        return kills;
    }

    static void signal(long pid, String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
            assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(kill.exitValue()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Which instances executed each POST, by its path. */
    Map<String, List<String>> executed() throws IOException {
        var executed = new TreeMap<String, List<String>>();
        try (Stream<Path> files = Files.list(workspace.directory().resolve("ledger"))) {
            for (Path file : files.toList()) {
                for (String path : Files.readAllLines(file)) {
                    executed.computeIfAbsent(path, _ -> new ArrayList<>())
                            .add(file.getFileName().toString());
                }
            }
        }
        return executed;
    }

    @Override
    public void close() {
        workspace.close();
    }
}

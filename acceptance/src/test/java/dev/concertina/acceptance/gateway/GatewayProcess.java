package dev.concertina.acceptance.gateway;

import dev.concertina.contract.Balance;
import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayControl;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.Policies;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Target;
import dev.concertina.fleet.wire.UnixHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A gateway in a process of its own, with the heap and options the fleet gives it, and its leash.
 */
final class GatewayProcess implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final Process process;
    private final UnixHttp leash;
    private final int port;
    private long version;

    private GatewayProcess(Path directory, Process process, UnixHttp leash, int port) {
        this.directory = directory;
        this.process = process;
        this.leash = leash;
        this.port = port;
    }

    static GatewayProcess start() {
        return start(List.of(), List.of());
    }

    /**
     * @param jvm options beside the fleet's
     * @param arguments beside the address and the control socket
     */
    static GatewayProcess start(List<String> jvm, List<String> arguments) {
        try {
            Path directory = Files.createTempDirectory("gateway");
            Path socket = directory.resolve("control");
            Process process =
                    new ProcessBuilder(command(socket, jvm, arguments))
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("log").toFile())
                            .start();
            UnixHttp leash = new UnixHttp(socket);
            var gateway = new GatewayProcess(directory, process, leash, answering(process, leash));
            return gateway;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(Path socket, List<String> jvm, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
        command.add("dev.concertina.gateway.GatewayMain");
        command.addAll(List.of("--listen", "127.0.0.1:0", "--control", socket.toString()));
        command.addAll(arguments);
        return command;
    }

    private static int answering(Process process, UnixHttp leash) {
        int[] port = new int[1];
        until(
                "the gateway answers",
                () -> {
                    if (!process.isAlive()) {
                        throw new AssertionError("the gateway ended: " + process.exitValue());
                    }
                    try {
                        port[0] = status(leash).port();
                        return true;
                    } catch (IOException notYet) {
                        return false;
                    }
                });
        return port[0];
    }

    private static GatewayStatus status(UnixHttp leash) throws IOException {
        return leash.call("GET", GatewayControl.STATUS, null, PATIENCE).as(GatewayStatus.class);
    }

    int port() {
        return port;
    }

    GatewayStatus status() {
        return call("GET", GatewayControl.STATUS, null, GatewayStatus.class);
    }

    /** Sums of what every target of the table was given. */
    long attempts() {
        return status().targets().stream().mapToLong(sample -> sample.requests()).sum();
    }

    void route(Target... targets) {
        route(Balance.ROUND_ROBIN, List.of(targets), Policies.defaults());
    }

    void route(Balance balance, List<Target> targets, Policies policies) {
        version++;
        call(
                "PUT",
                GatewayControl.TABLE,
                new RoutingTable(version, balance, targets, policies),
                GatewayStatus.class);
    }

    Drained drain(String id, Duration within) {
        String target = GatewayControl.DRAIN + id + "?" + GatewayControl.WITHIN + "=" + within;
        return call("POST", target, null, Drained.class);
    }

    private <T> T call(String method, String target, @Nullable Object body, Class<T> type) {
        try {
            UnixHttp.Reply reply = leash.call(method, target, body, PATIENCE.multipliedBy(3));
            if (!reply.ok()) {
                throw new AssertionError(method + " " + target + ": " + reply);
            }
            return reply.as(type);
        } catch (IOException e) {
            throw new UncheckedIOException(log(), e);
        }
    }

    static Target target(String id, int port) {
        return new Target(new InstanceId(id), "127.0.0.1", port, "r1");
    }

    static Target backup(String id, int port) {
        return new Target(new InstanceId(id), "127.0.0.1", port, "r1", 1, true);
    }

    /** Everything it wrote to its output. */
    String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Waits until it holds; asking often is not sleeping on a guess. */
    static void until(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("within " + PATIENCE + " it never held that " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        try {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

package dev.concertina.bench.gateway;

import dev.concertina.bench.Ports;
import dev.concertina.bench.Program;
import dev.concertina.contract.Balance;
import dev.concertina.contract.GatewayControl;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Target;
import dev.concertina.fleet.traffic.GatewayJvm;
import dev.concertina.fleet.wire.UnixHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Our gateway, launched as a fleet launches it, with one event loop. */
final class Ours implements Subject {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** More options for the JVM under measurement, to try them out. */
    private static final String JVM_OPTIONS = "BENCH_GATEWAY_JVM";

    private final Program program;
    private final UnixHttp control;
    private final int port;
    private final List<Integer> origins;
    private int upstreams;
    private long version;

    private Ours(Program program, UnixHttp control, int port, List<Integer> origins) {
        this.program = program;
        this.control = control;
        this.port = port;
        this.origins = origins;
    }

    static Ours start(Path folder, List<Integer> origins) throws IOException {
        int port = Ports.free(1).getFirst();
        // Unix sockets have short names.
        Path socket = Files.createTempDirectory("bench").resolve("gateway");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(GatewayJvm.OPTIONS);
        command.addAll(options());
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.concertina.gateway.GatewayMain",
                        "--listen",
                        "127.0.0.1:" + port,
                        "--control",
                        socket.toString(),
                        "--workers",
                        "1"));
        Program program =
                Program.start(folder.resolve("ours.log"), GatewayJvm.ENVIRONMENT, command);
        return new Ours(program, new UnixHttp(socket), port, origins);
    }

    private static List<String> options() {
        String options = System.getenv().getOrDefault(JVM_OPTIONS, "").strip();
        return options.isEmpty() ? List.of() : List.of(options.split("\\s+"));
    }

    @Override
    public String name() {
        return "Concertina";
    }

    @Override
    public int port(int count, Protocol protocol) throws IOException {
        if (count != upstreams) {
            List<Target> targets = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                targets.add(
                        new Target(new InstanceId("app-" + i), "127.0.0.1", origins.get(i), "r1"));
            }
            RoutingTable table = new RoutingTable(++version, Balance.ROUND_ROBIN, targets);
            UnixHttp.Reply reply = control.call("PUT", GatewayControl.TABLE, table, PATIENCE);
            if (!reply.ok()) {
                throw new IOException("the gateway refused the table: " + reply.body());
            }
            upstreams = count;
        }
        return port;
    }

    @Override
    public Program program() {
        return program;
    }
}

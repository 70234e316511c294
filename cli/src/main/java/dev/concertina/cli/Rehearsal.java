package dev.concertina.cli;

import dev.concertina.contract.Balance;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Target;
import dev.concertina.fleet.console.ControlServer;
import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.console.FleetCommands.Outcome;
import dev.concertina.fleet.console.FleetStatus;
import dev.concertina.fleet.host.OsHost;
import dev.concertina.fleet.probe.HttpProber;
import dev.concertina.fleet.time.SystemTime;
import dev.concertina.fleet.traffic.GatewaySettings;
import dev.concertina.fleet.traffic.NettyGateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the command line and the gateway do every day, done once to no end but their AOT caches:
 * this process is run by {@code bin/aot.sh} with the JVM's recorder on, and a gateway that it
 * starts with the gateway's. Its one argument is an empty folder; the fleet in it is made up.
 */
final class Rehearsal {
    private static final int REQUESTS = 200;
    private static final Duration SOON = Duration.ofSeconds(10);

    private Rehearsal() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]).toAbsolutePath();
        Files.createDirectories(folder.resolve(".concertina/logs"));
        Files.writeString(
                folder.resolve("concertina.yaml"),
                "app: { name: app, command: sleep 1 }\ninstances: 3\n"
                        + "gateway: { listen: 127.0.0.1:0 }\n");
        Files.writeString(folder.resolve(".concertina/logs/app-1-x1.log"), "a line\n");
        commands(folder);
        gateway(folder.resolve(".concertina"));
        System.exit(0);
    }

    private static void commands(Path folder) throws IOException {
        String file = folder.resolve("concertina.yaml").toString();
        var nowhere = new PrintWriter(Writer.nullWriter());
        var terminal = new Terminal(nowhere, nowhere, false, false, Map.of(), folder);
        try (var _ = ControlServer.open(folder.resolve(".concertina"), fleet())) {
            for (List<String> words :
                    List.of(
                            List.of("status", "-f", file),
                            List.of("status", "--json", "-f", file),
                            List.of("scale", "3", "-f", file),
                            List.of("deploy", "-f", file),
                            List.of("explain", "-f", file),
                            List.of("check", "--effective", "-f", file),
                            List.of("logs", "--file", file),
                            List.of("--help"))) {
                Main.run(words.toArray(String[]::new), terminal, new ProcessFleets());
            }
        }
    }

    private static FleetCommands fleet() {
        var instance =
                new FleetStatus.InstanceStatus(
                        "app-1-x1", 1, 2, "r1", "ready", Instant.EPOCH, 0, 0, Optional.empty());
        var status =
                new FleetStatus(
                        "app",
                        1,
                        "up",
                        "http://127.0.0.1:1",
                        1,
                        "r1",
                        Optional.empty(),
                        List.of(instance),
                        new FleetStatus.GatewayStatusLine("embedded", 1, 1, "up", 0, 0, 0, 0),
                        List.of());
        return (FleetCommands)
                Proxy.newProxyInstance(
                        Rehearsal.class.getClassLoader(),
                        new Class<?>[] {FleetCommands.class},
                        (_, method, _) ->
                                switch (method.getName()) {
                                    case "status" -> status;
                                    case "releases" -> List.of();
                                    default -> new Outcome(true, "done", Optional.empty());
                                });
    }

    private static void gateway(Path state) throws IOException {
        var time = new SystemTime();
        try (var host = new OsHost();
                var origin = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var gateway =
                        NettyGateway.open(
                                new GatewaySettings("127.0.0.1", 0, state), host, time, _ -> {})) {
            Thread.ofPlatform().daemon().start(() -> answer(origin));
            var target =
                    new Target(
                            new InstanceId("app-1-x1"),
                            "127.0.0.1",
                            origin.getLocalPort(),
                            "r1",
                            1,
                            false);
            int port =
                    gateway.route(new RoutingTable(1, Balance.LEAST_CONNECTIONS, List.of(target)))
                            .toCompletableFuture()
                            .join()
                            .port();
            var prober = new HttpProber();
            var uri = URI.create("http://127.0.0.1:" + port + "/");
            for (int i = 0; i < REQUESTS; i++) {
                prober.probe(uri, SOON).toCompletableFuture().join();
            }
            gateway.status().toCompletableFuture().join();
            gateway.drain(target.id(), SOON).toCompletableFuture().join();
            gateway.stop(Duration.ofSeconds(1)).toCompletableFuture().join();
        }
    }

    /** One response for each connection. */
    private static void answer(ServerSocket origin) {
        byte[] response =
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
                        .getBytes(StandardCharsets.US_ASCII);
        while (!origin.isClosed()) {
            try (var connection = origin.accept()) {
                byte[] head = new byte[4096];
                int read = connection.getInputStream().read(head);
                if (read > 0) {
                    connection.getOutputStream().write(response);
                }
            } catch (IOException e) {
                // The rehearsal is over.
            }
        }
    }
}

package dev.concertina.bench.broadcast;

import dev.concertina.bench.Line;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code broadcast}: 200 clients on three servers, each client of the product's own; how long a
 * publication takes to arrive, and how many are lost for the clients of a server that is killed.
 */
public final class BroadcastBench {
    private static final int ROUNDS = 3;
    private static final int CLIENTS = 200;
    private static final int RATE = Integer.getInteger("bench.rate", 20);
    private static final int WARM_SECONDS = 25;
    private static final int SECONDS = 10;
    private static final Map<String, String> CASES =
            Map.of("latency p50", "p50", "latency p99", "p99", "lost on kill", "lost");

    private final Path peer;
    private final Path module;
    private final Path logs;

    private BroadcastBench(Path peer, Path module, Path logs) {
        this.peer = peer;
        this.module = module;
        this.logs = logs;
    }

    /**
     * @param arguments the peer's folder, our module for browsers, a folder for logs, then names of
     *     cases; none: all
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var wanted = List.of(arguments).subList(3, arguments.length);
        if (!CASES.keySet().containsAll(wanted)) {
            System.err.println(
                    "no such case. They are " + CASES.keySet().stream().sorted().toList());
            System.exit(2);
        }
        new BroadcastBench(
                        Path.of(arguments[0]),
                        Path.of(arguments[1]),
                        Files.createDirectories(Path.of(arguments[2])))
                .run(wanted);
        System.exit(0);
    }

    private void run(List<String> wanted) throws IOException, InterruptedException {
        var ours = new ArrayList<JsonNode>();
        var theirs = new ArrayList<JsonNode>();
        for (int round = 0; round < ROUNDS; round++) {
            ours.add(measure("ours", this::java));
            theirs.add(measure("socket.io", this::node));
        }
        CASES.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .filter(each -> wanted.isEmpty() || wanted.contains(each.getKey()))
                .map(each ->
                        new Line(
                                "broadcast",
                                each.getKey(),
                                each.getKey().startsWith("lost") ? "messages/client" : "ms",
                                median(ours, each.getValue()),
                                median(theirs, each.getValue()),
                                "Socket.IO " + version(),
                                ROUNDS))
                .forEach(line -> System.out.println(line.json()));
    }

    private static double median(List<JsonNode> results, String field) {
        return results.stream()
                .map(result -> result.get(field).asDouble())
                .sorted()
                .toList()
                .get(results.size() / 2);
    }

    private String version() {
        return JsonMapper.shared()
                .readTree(peer.resolve("package.json").toFile())
                .get("dependencies")
                .get("socket.io")
                .asString();
    }

    private List<String> java(int port, String redis) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                // As the sample is started.
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Ours.class.getName(),
                "--server.port=" + port,
                "--spring.main.banner-mode=off",
                "--concertina.session.store=off",
                "--concertina.redis.url=" + redis);
    }

    private List<String> node(int port, String redis) {
        return List.of("node", peer.resolve("server.mjs").toString());
    }

    private JsonNode measure(String kind, Servers.Launch launch)
            throws IOException, InterruptedException {
        try (var servers = new Servers(launch, logs, kind)) {
            var client =
                    new ProcessBuilder(
                                    "node",
                                    peer.resolve("client.mjs").toString(),
                                    kind,
                                    module.toUri().toString(),
                                    servers.ports().stream()
                                            .map(String::valueOf)
                                            .collect(Collectors.joining(",")),
                                    Integer.toString(CLIENTS),
                                    Integer.toString(RATE),
                                    Integer.toString(WARM_SECONDS),
                                    Integer.toString(SECONDS))
                            .start();
            Runtime.getRuntime().addShutdownHook(new Thread(client::destroyForcibly));
            var errors = client.errorReader(StandardCharsets.UTF_8);
            for (var line = errors.readLine(); line != null; line = errors.readLine()) {
                if (line.equals("kill")) {
                    double cpu = servers.cpuSeconds();
                    System.err.printf("%s: servers used %.1f s of processor time%n", kind, cpu);
                    var killed = "killed " + servers.killLast() + "\n";
                    client.getOutputStream().write(killed.getBytes(StandardCharsets.UTF_8));
                    client.getOutputStream().flush();
                } else {
                    System.err.println(line);
                }
            }
            var out = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (client.waitFor() != 0 || out.isBlank()) {
                throw new IOException("the clients of " + kind + " failed; see " + logs);
            }
            System.err.println(kind + ": " + out.strip());
            return JsonMapper.shared().readTree(out);
        }
    }
}

package dev.concertina.bench.gateway;

import dev.concertina.bench.Ports;
import dev.concertina.bench.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The other proxies as their manuals set them up: one worker, connections to the instances kept,
 * the client's address forwarded, nothing logged.
 */
final class Peers {
    private static final int[] UPSTREAMS = {1, 3, 100};
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+(\\.\\d+)?");

    private final Path folder;
    private final List<Integer> origins;
    private final List<Subject> started = new ArrayList<>();

    /** One that has a port for every number of instances, and one more for HTTP/2. */
    private record Peer(String name, Program program, Map<Integer, Integer> ports, int http2)
            implements Subject {
        @Override
        public int port(int upstreams, Protocol protocol) {
            return protocol == Protocol.HTTP_2 ? http2 : ports.getOrDefault(upstreams, 0);
        }
    }

    private Peers(Path folder, List<Integer> origins) {
        this.folder = folder;
        this.origins = origins;
    }

    /** Starts those that are installed; names the others. */
    static List<Subject> start(Path folder, List<Integer> origins) throws IOException {
        Peers peers = new Peers(folder, origins);
        peers.nginx();
        peers.haproxy();
        peers.caddy();
        return peers.started;
    }

    private void nginx() throws IOException {
        Optional<Path> nginx = program("nginx");
        if (nginx.isEmpty()) {
            return;
        }
        Places places = new Places();
        String servers =
                places.ports.entrySet().stream()
                                .map(entry -> nginxServer(entry.getKey(), entry.getValue(), ""))
                                .collect(Collectors.joining())
                        + nginxServer(1, places.http2, " http2");
        String upstreams =
                places.ports.keySet().stream()
                        .map(this::nginxUpstream)
                        .collect(Collectors.joining());
        Path config = write("nginx.conf", NginxText.MAIN + upstreams + servers + "}\n");
        add(
                "nginx " + version(nginx.get(), "-v"),
                places,
                Map.of(),
                nginx.get().toString(),
                "-p",
                folder + "/",
                "-c",
                config.toString(),
                "-g",
                "pid nginx.pid;");
    }

    private String nginxUpstream(int count) {
        String servers =
                origins.subList(0, count).stream()
                        .map(port -> "server 127.0.0.1:" + port + ";")
                        .collect(Collectors.joining(" "));
        return "upstream u"
                + count
                + " { "
                + servers
                + " keepalive 512;"
                + " keepalive_requests 1000000000; }\n";
    }

    private static String nginxServer(int upstreams, int port, String option) {
        return """
        server {
            listen 127.0.0.1:%d%s backlog=4096;
            location / {
                proxy_pass http://u%d;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host $host;
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                proxy_set_header X-Forwarded-Proto $scheme;
            }
        }
        """
                .formatted(port, option, upstreams);
    }

    private void haproxy() throws IOException {
        Optional<Path> haproxy = program("haproxy");
        if (haproxy.isEmpty()) {
            return;
        }
        Places places = new Places();
        StringBuilder text =
                new StringBuilder(
                        """
                        global
                            nbthread 1
                            maxconn 4000
                        defaults
                            mode http
                            timeout connect 5s
                            timeout client 300s
                            timeout server 60s
                            option forwardfor
                        """);
        places.ports.forEach((count, port) -> {
            text.append("frontend f%d\n    bind 127.0.0.1:%d\n".formatted(count, port));
            text.append("    default_backend b%d\nbackend b%d\n".formatted(count, count));
            text.append("    balance roundrobin\n");
            for (int i = 0; i < count; i++) {
                text.append("    server s%d 127.0.0.1:%d\n".formatted(i, origins.get(i)));
            }
        });
        text.append("frontend h2\n    bind 127.0.0.1:%d proto h2\n".formatted(places.http2));
        text.append("    default_backend b1\n");
        Path config = write("haproxy.conf", text.toString());
        add(
                "HAProxy " + version(haproxy.get(), "-v"),
                places,
                Map.of(),
                haproxy.get().toString(),
                "-db",
                "-f",
                config.toString());
    }

    private void caddy() throws IOException {
        Optional<Path> caddy = program("caddy");
        if (caddy.isEmpty()) {
            return;
        }
        Places places = new Places();
        StringBuilder text =
                new StringBuilder(
                        """
                        {
                            admin off
                            auto_https off
                            log {
                                output discard
                            }
                            servers {
                                protocols h1 h2 h2c
                            }
                        }
                        """);
        places.ports.forEach((count, port) -> text.append(caddySite(count, port)));
        text.append(caddySite(1, places.http2));
        Path config = write("Caddyfile", text.toString());
        add(
                "Caddy " + version(caddy.get(), "version"),
                places,
                Map.of("GOMAXPROCS", "1", "HOME", folder.toString()),
                caddy.get().toString(),
                "run",
                "--adapter",
                "caddyfile",
                "--config",
                config.toString());
    }

    private String caddySite(int count, int port) {
        String targets =
                origins.subList(0, count).stream()
                        .map(origin -> "127.0.0.1:" + origin)
                        .collect(Collectors.joining(" "));
        return """
        http://127.0.0.1:%d {
            reverse_proxy %s {
                lb_policy round_robin
            }
        }
        """
                .formatted(port, targets);
    }

    /** The ports of one peer. */
    private static final class Places {
        private final Map<Integer, Integer> ports = new LinkedHashMap<>();
        private final int http2;

        Places() throws IOException {
            List<Integer> free = Ports.free(UPSTREAMS.length + 1);
            for (int i = 0; i < UPSTREAMS.length; i++) {
                ports.put(UPSTREAMS[i], free.get(i));
            }
            http2 = free.getLast();
        }
    }

    private void add(String name, Places places, Map<String, String> environment, String... command)
            throws IOException {
        Path log = folder.resolve(name.replace(' ', '-') + ".log");
        Program program = Program.start(log, environment, List.of(command));
        started.add(new Peer(name, program, places.ports, places.http2));
    }

    private static Optional<Path> program(String name) {
        Optional<Path> found = Program.find(name);
        if (found.isEmpty()) {
            System.err.println(name + " is not on PATH and is left out. Install " + name + ".");
        }
        return found;
    }

    private Path write(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve("tmp"));
        return Files.writeString(folder.resolve(name), text);
    }

    private static String version(Path program, String argument) throws IOException {
        Process process =
                new ProcessBuilder(program.toString(), argument).redirectErrorStream(true).start();
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            Matcher version = VERSION.matcher(said.lines().collect(Collectors.joining(" ")));
            return version.find() ? version.group() : "unknown";
        }
    }
}

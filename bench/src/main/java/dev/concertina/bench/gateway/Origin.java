package dev.concertina.bench.gateway;

import dev.concertina.bench.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The instances: one nginx that answers from memory on many ports, the cheapest there is. */
final class Origin {
    /** What {@code /90} answers. */
    private static final String BODY =
            "{\"id\":17,\"name\":\"concertina\",\"state\":\"serving\",\"since\":\"2026-11-20T10:00:00Z\",\"n\":12345}";

    private Origin() {}

    static Program start(Path nginx, Path folder, List<Integer> ports) throws IOException {
        Files.createDirectories(folder.resolve("tmp"));
        Files.writeString(folder.resolve("16k"), "x".repeat(16 * 1024));
        String listen =
                ports.stream()
                        .map(port -> "listen 127.0.0.1:" + port + " backlog=4096;")
                        .collect(Collectors.joining("\n    "));
        Path config =
                Files.writeString(
                        folder.resolve("origin.conf"),
                        NginxText.MAIN
                                + """
                                server {
                                    %s
                                    default_type application/json;
                                    location /90 { return 200 '%s'; }
                                    location /16k { root %s; open_file_cache max=10; }
                                    location /post { return 200 '%s'; }
                                }
                                }
                                """
                                        .formatted(listen, BODY, folder, BODY));
        return Program.start(
                folder.resolve("origin.log"),
                Map.of(),
                List.of(
                        nginx.toString(),
                        "-p",
                        folder + "/",
                        "-c",
                        config.toString(),
                        "-g",
                        "pid origin.pid;"));
    }
}

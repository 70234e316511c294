package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Programs that know nothing of Concertina are first-class citizens. */
class OtherProgramsTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void aPlainSpringBootJarNeedsNoFile(@TempDir Path directory) throws Exception {
        try (var workspace = new Workspace(directory)) {
            Path jar = Workspace.root().resolve("samples/plain/target/plain.jar");
            workspace
                    .run("up", "-d", jar.toString(), "-n", "3", "--listen", "127.0.0.1:0")
                    .hasExit(0);
            JsonNode status = workspace.awaitReady(3);
            assertThat(instancesThatAnswer(status)).hasSize(3);
            workspace.run("down").hasExit(0);
            assertThat(workspace.processes()).isEmpty();
        }
    }

    @Test
    void aNodeProgramNeedsOnlyItsCommand(@TempDir Path directory) throws Exception {
        try (var workspace = new Workspace(directory)) {
            workspace.write(
                    "server.js",
                    "require('http').createServer((q, r) => r.end('ok'))"
                            + ".listen(process.env.PORT, '127.0.0.1');\n");
            workspace.write(
                    "concertina.yaml",
                    "app:\n  name: web\n  command: node server.js\ninstances: 2\n"
                            + "gateway: { listen: 127.0.0.1:0 }\n");
            workspace.run("up", "-d").hasExit(0);
            assertThat(instancesThatAnswer(workspace.awaitReady(2))).hasSize(2);
            workspace.run("down").hasExit(0);
            assertThat(workspace.processes()).isEmpty();
        }
    }

    private static Set<String> instancesThatAnswer(JsonNode status) throws Exception {
        URI address = URI.create(status.get("address").asString() + "/");
        var seen = new HashSet<String>();
        for (int i = 0; i < 30; i++) {
            var response =
                    CLIENT.send(
                            HttpRequest.newBuilder(address).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isLessThan(500);
            response.headers().firstValue("x-instance-id").ifPresent(seen::add);
        }
        return seen;
    }
}

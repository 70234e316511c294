package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A program that leaks, says that it is dead, writes too much and crashes, under load. */
class ProcessCareTest {
    private static final int RATE = 50;

    /** Does to itself what a file of its instance's name asks for. */
    private static final String PROGRAM =
            """
            const fs = require('fs'), id = process.env.INSTANCE_ID;
            const kept = [];
            let sick = false;
            if (fs.existsSync('broken')) { console.log('no database'); process.exit(3); }
            const timer = setInterval(() => {
              if (fs.existsSync(id + '.leak') && kept.length < 40) kept.push(Buffer.alloc(10 << 20, 1));
              if (fs.existsSync(id + '.sick')) sick = true;
              if (fs.existsSync(id + '.talk')) for (let i = 0; i < 50; i++) console.log('x'.repeat(100));
            }, 20);
            require('http').createServer((q, r) => {
              r.statusCode = q.url === '/live' && sick ? 500 : 200;
              r.setHeader('X-Instance-Id', id);
              r.end('ok');
            }).listen(process.env.PORT, '127.0.0.1');
            """;

    private static final String MANIFEST =
            """
            app:
              name: web
              command: node server.js
              health: { ready: /ready, live: /live, every: 200ms }
              memory: { restart-above: 200Mi }
              restart: { crashes: 3, within: 10m }
              limits: { files: 777, memory: 2Gi }
            instances: 2
            gateway: { listen: 127.0.0.1:0 }
            logs: { size: 64Ki, keep: 2 }
            """;

    @Test
    void limitsHoldLogsAreRotatedLeaksAreReplacedAndCrashLoopsStop(@TempDir Path directory)
            throws Exception {
        try (var workspace = new Workspace(directory)) {
            JsonNode status = up(workspace);
            limits(status);
            try (var load = OpenLoad.start(status.get("address").asString(), "/", RATE)) {
                load.awaitMore(RATE);
                rotates(workspace, id(status, 0));
                replaced(workspace, id(status, 0), "leak", "of memory, more than 200 MiB");
                load.awaitMore(RATE);
                load.end();
                assertThat(load.failures()).as("of %d requests", load.sent()).isEmpty();
            }
            loops(workspace);
            down(workspace);
        }
    }

    @Test
    void whoSaysThatItIsDeadIsReplaced(@TempDir Path directory) throws Exception {
        try (var workspace = new Workspace(directory)) {
            JsonNode status = up(workspace);
            try (var load = OpenLoad.start(status.get("address").asString(), "/", RATE)) {
                load.awaitMore(RATE);
                replaced(workspace, id(status, 1), "sick", "is not alive: GET /live: HTTP 500: ok");
                load.awaitMore(RATE);
                load.end();
                assertThat(load.failures()).as("of %d requests", load.sent()).isEmpty();
            }
            down(workspace);
        }
    }

    private static JsonNode up(Workspace workspace) {
        workspace.write("server.js", PROGRAM);
        workspace.write("concertina.yaml", MANIFEST);
        workspace.run("up", "-d").hasExit(0);
        return workspace.awaitReady(2);
    }

    private static void down(Workspace workspace) {
        workspace.run("down").hasExit(0);
        assertThat(workspace.processes()).isEmpty();
    }

    private static void limits(JsonNode status) throws IOException {
        String limits =
                Files.readString(
                        Path.of("/proc", status.at("/instances/0/pid").asString(), "limits"),
                        StandardCharsets.ISO_8859_1);
        assertThat(limits).containsPattern("Max open files +777 +777 ");
        assertThat(limits).containsPattern("Max data size +" + (2L << 30) + " +" + (2L << 30));
    }

    private static void rotates(Workspace workspace, String instance) throws IOException {
        Path flag = workspace.write(instance + ".talk", "");
        Path logs = workspace.directory().resolve(".concertina/logs");
        Workspace.await(
                Duration.ofMinutes(2),
                () -> Files.exists(logs.resolve(instance + ".log.2")),
                () -> "not rotated twice: " + instance);
        Files.delete(flag);
        // Written to at its beginning, not beyond a hole.
        assertThat(Files.readString(logs.resolve(instance + ".log.1")))
                .startsWith("x")
                .doesNotContain("\0");
    }

    private static void replaced(Workspace workspace, String instance, String how, String why) {
        workspace.write(instance + "." + how, "");
        Workspace.await(
                Duration.ofMinutes(4),
                () -> !ids(workspace.status()).contains(instance),
                () -> instance + " is still there: " + workspace.status().toPrettyString());
        assertThat(ids(workspace.awaitReady(2))).hasSize(2);
        assertThat(workspace.run("explain", instance).hasExit(0).out())
                .contains(why + "; it is replaced by another");
    }

    private static void loops(Workspace workspace) throws IOException {
        Path flag = workspace.write("broken", "");
        JsonNode victim = workspace.status().at("/instances/0");
        long pid = victim.get("pid").asLong();
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
        Workspace.await(
                Duration.ofMinutes(2),
                () -> states(workspace.status()).contains("failed"),
                () -> "is not given up: " + workspace.status().toPrettyString());
        assertThat(states(workspace.status())).containsExactlyInAnyOrder("failed", "ready");
        String shown = workspace.run("status").hasExit(0).out();
        assertThat(shown)
                .contains("crash loop: 3 times within")
                .contains("exit code 3")
                .contains("no database")
                .contains("concertina restart web-");

        Files.delete(flag);
        String failed =
                workspace
                        .status()
                        .get("instances")
                        .valueStream()
                        .filter(i -> i.get("state").asString().equals("failed"))
                        .map(i -> i.get("id").asString())
                        .findFirst()
                        .orElseThrow();
        workspace.run("restart", failed).hasExit(0);
        workspace.awaitReady(2);
    }

    private static String id(JsonNode status, int index) {
        return status.get("instances").get(index).get("id").asString();
    }

    private static Set<String> ids(JsonNode status) {
        return new HashSet<>(
                status.get("instances").valueStream().map(i -> i.get("id").asString()).toList());
    }

    private static List<String> states(JsonNode status) {
        return status.get("instances")
                .valueStream()
                .map(i -> i.get("state").asString())
                .collect(Collectors.toList());
    }
}

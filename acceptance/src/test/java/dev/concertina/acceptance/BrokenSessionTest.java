package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The sample with its sessions in memory, on purpose: the verifier must say so, and show it. */
class BrokenSessionTest {
    @Test
    void sessionsInMemoryFailWithInstancesAndReplay(@TempDir Path directory) throws Exception {
        try (var workspace = new Workspace(directory)) {
            workspace.sampleManifest("broken/memory-session.yaml");
            workspace.run("up", "-d").hasExit(0);
            var verify = workspace.run("verify", "--json", "--report", "report").hasExit(3);
            JsonNode check = check(verify.json(), "session-persistence");
            assertThat(check.get("verdict").asString()).isEqualTo("FAIL");
            assertThat(check.get("summary").asString()).containsPattern("registry-\\d");
            assertThat(check.get("evidence").toString()).contains("curl");
            assertThat(Files.readString(directory.resolve("report/report.html")))
                    .contains("session-persistence")
                    .doesNotContain("http://cdn", "https://cdn");
            assertThat(directory.resolve("report/junit.xml")).content().contains("<failure");
        }
    }

    @Test
    void oneInstanceIsNeverAccused(@TempDir Path directory) throws Exception {
        try (var workspace = new Workspace(directory)) {
            Path manifest = workspace.sampleManifest("broken/memory-session.yaml");
            Files.writeString(
                    manifest,
                    Files.readString(manifest).replaceAll("(?m)^instances:.*$", "instances: 1"));
            workspace.run("up", "-d").hasExit(0);
            JsonNode check = check(workspace.run("verify", "--json").json(), "session-persistence");
            assertThat(check.get("verdict").asString()).isIn("PASS", "UNKNOWN");
        }
    }

    private static JsonNode check(JsonNode report, String name) {
        return report.get("checks")
                .valueStream()
                .filter(c -> c.get("name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no check " + name + " in " + report));
    }
}

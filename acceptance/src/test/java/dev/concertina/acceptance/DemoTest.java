package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The first command of a newcomer. */
class DemoTest {
    @Test
    void theDemoEndsWithPassAndLeavesNothingBehind(@TempDir Path directory) throws Exception {
        try (var sample = new Workspace(Workspace.root().resolve("samples/registry"))) {
            Path reports = directory.resolve("report");
            var demo = sample.run("demo", "--report", reports.toString()).hasExit(0);
            assertThat(demo.out()).contains("PASS");
            var report =
                    JsonMapper.shared().readTree(Files.readString(reports.resolve("report.json")));
            assertThat(report.get("verdict").asString()).isEqualTo("PASS");
            assertThat(report.get("checks").valueStream().map(c -> c.get("name").asString()))
                    .contains(
                            "load-distribution",
                            "session-persistence",
                            "failover",
                            "rolling-deploy");
            assertThat(report.get("checks").valueStream().map(c -> c.get("verdict").asString()))
                    .containsOnly("PASS");
            assertThat(sample.processes()).isEmpty();
        }
    }
}

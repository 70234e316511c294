package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A day in the life of the sample's fleet, with traffic all the time. */
class LifecycleTest {
    private static final int RATE = 100;

    @Test
    void aFleetIsStartedScaledHurtDeployedAdoptedAndEnded(@TempDir Path directory)
            throws Exception {
        try (var workspace = new Workspace(directory)) {
            workspace.sampleManifest("concertina.yaml");
            workspace.run("up", "-d").hasExit(0);
            JsonNode status = workspace.awaitReady(3);
            assertThat(status.get("instances").get(0).propertyNames())
                    .contains(
                            "id",
                            "pid",
                            "port",
                            "release",
                            "state",
                            "since",
                            "inFlight",
                            "restarts");
            String address = status.get("address").asString();

            try (var load = OpenLoad.start(address, "/", RATE)) {
                load.awaitMore(100);
                workspace.run("scale", "5").hasExit(0);
                workspace.awaitReady(5);
                load.awaitMore(200);
                assertThat(load.instances()).hasSize(5);

                killOneAndSeeItReplaced(workspace);
                load.awaitMore(200);

                Set<Long> before = pids(workspace.status());
                workspace.run("deploy", "--again").hasExit(0);
                Set<Long> after = pids(workspace.awaitReady(5));
                assertThat(after).doesNotContainAnyElementsOf(before);

                killTheFleetProcessAndSeeItAdopted(workspace, load);
                load.awaitMore(200);
                load.end();
                assertThat(load.failures()).as("of %d requests", load.sent()).isEmpty();
            }

            List<Integer> ports =
                    workspace
                            .status()
                            .get("instances")
                            .valueStream()
                            .map(i -> i.get("port").asInt())
                            .collect(Collectors.toCollection(java.util.ArrayList::new));
            ports.add(URI.create(address).getPort());
            workspace.run("down").hasExit(0);
            assertThat(workspace.processes()).isEmpty();
            assertThat(ports).noneMatch(LifecycleTest::listens);
            workspace.run("status", "--json");

            // The next up finds the data of the last one.
            workspace.run("up", "-d").hasExit(0);
            workspace.awaitReady(3);
            workspace.run("down").hasExit(0);
        }
    }

    private static void killOneAndSeeItReplaced(Workspace workspace) {
        JsonNode victim = workspace.status().get("instances").get(1);
        long pid = victim.get("pid").asLong();
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
        Workspace.await(
                Duration.ofMinutes(1),
                () -> !pids(workspace.status()).contains(pid),
                () -> "the killed process is still listed");
        assertThat(
                        workspace
                                .awaitReady(5)
                                .get("instances")
                                .valueStream()
                                .mapToInt(i -> i.get("restarts").asInt())
                                .sum())
                .isEqualTo(1);
    }

    private static void killTheFleetProcessAndSeeItAdopted(Workspace workspace, OpenLoad load) {
        JsonNode before = workspace.status();
        assertThat(ProcessHandle.of(before.get("pid").asLong()).orElseThrow().destroyForcibly())
                .isTrue();
        load.awaitMore(300);
        workspace.run("up", "-d").hasExit(0);
        JsonNode after = workspace.awaitReady(5);
        assertThat(pids(after)).isEqualTo(pids(before));
        assertThat(after.get("gateway").get("pid").asLong())
                .isEqualTo(before.get("gateway").get("pid").asLong());
        assertThat(after.get("pid").asLong()).isNotEqualTo(before.get("pid").asLong());
    }

    private static Set<Long> pids(JsonNode status) {
        return status.get("instances")
                .valueStream()
                .map(i -> i.get("pid").asLong())
                .collect(Collectors.toSet());
    }

    private static boolean listens(int port) {
        try (var _ = new Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

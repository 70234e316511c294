package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.console.FleetStatus.InstanceStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Releases come and go, instances are killed and paused, under every kind of traffic. Nothing may
 * fail and nothing be executed twice, but for requests that are not idempotent and were with an
 * instance when it was killed: those are counted.
 */
class DeploySoakTest {
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final int RATE = 100;
    private static final int TRACE_LINES = 25;
    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final String ROLLING = "instances: 3\nrollout: { watch: 500ms }\n";
    private static final String BLUE_GREEN =
            "instances: 2\nrollout: { strategy: blue-green, watch: 1s }\n";
    private static final String CANARY =
            "instances: 2\nrollout:\n  strategy: canary\n  steps: [50%, 100%]\n  by: request\n"
                    + "  watch: 1s\n  judge: { errors: 20%, warm-up: 0s }\n";

    private int turn;

    @Test
    void rollingDeploysKillsAndPauses(@TempDir Path directory) throws Exception {
        try (var fleet = new LedgerFleet(directory, ROLLING).up();
                var load = new LedgerLoad(fleet, RATE)) {
            load.awaitMore(RATE);
            times(SOAK ? 50 : 2, fleet::deploy);
            times(SOAK ? 30 : 1, () -> killOne(fleet, load));
            times(SOAK ? 10 : 1, () -> pauseOne(fleet, load));
            load.judge("rolling");
            down(fleet);
        }
    }

    @Test
    void blueGreenDeploysAndKills(@TempDir Path directory) throws Exception {
        try (var fleet = new LedgerFleet(directory, BLUE_GREEN).up();
                var load = new LedgerLoad(fleet, RATE)) {
            load.awaitMore(RATE);
            times(SOAK ? 20 : 1, fleet::deploy);
            times(SOAK ? 20 : 1, () -> killOne(fleet, load));
            load.judge("blue-green");
            down(fleet);
        }
    }

    @Test
    void canaryDeploysAbortsAndPauses(@TempDir Path directory) throws Exception {
        try (var fleet = new LedgerFleet(directory, CANARY).up();
                var load = new LedgerLoad(fleet, RATE)) {
            load.awaitMore(RATE);
            times(SOAK ? 20 : 1, fleet::deploy);
            times(SOAK ? 20 : 1, () -> abortOne(fleet));
            times(SOAK ? 10 : 0, () -> pauseOne(fleet, load));
            load.judge("canary");
            down(fleet);
        }
    }

    /** Spring Boot on PostgreSQL and Redis; its reads may be sent again, so not one may fail. */
    @Test
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void theSampleIsDeployedAndKilled(@TempDir Path directory) throws Exception {
        try (var workspace = new Workspace(directory)) {
            workspace.sampleManifest("concertina.yaml");
            workspace.run("up", "-d").hasExit(0);
            var client = workspace.client();
            try (var load =
                    OpenLoad.start(
                            client.status().address(),
                            "/api/certificates/SAMP-LECE-RTXX",
                            RATE / 2)) {
                load.awaitMore(RATE);
                times(
                        5,
                        () -> {
                            var deployed = client.deploy(Optional.empty(), true, _ -> {});
                            assertThat(deployed.done()).as(deployed.text()).isTrue();
                        });
                times(
                        5,
                        () -> {
                            long pid = client.status().instances().getFirst().pid();
                            LedgerFleet.signal(pid, "KILL");
                            Workspace.await(
                                    PATIENCE,
                                    () ->
                                            client.status().instances().stream()
                                                    .noneMatch(i -> i.pid() == pid),
                                    () -> pid + " is still listed");
                            var settled = client.settled(PATIENCE.multipliedBy(2), _ -> {});
                            assertThat(settled.done()).as(settled.text()).isTrue();
                        });
                load.end();
                System.out.printf(
                        "the sample, 5 deploys, 5 kills: %d requests, failed %s%n",
                        load.sent(), load.failures());
                assertThat(load.failed())
                        .as(() -> "of " + load.sent() + " requests; " + errors(workspace))
                        .isEmpty();
            }
            workspace.run("down").hasExit(0);
            assertThat(workspace.processes()).isEmpty();
        }
    }

    /** What instances complained of, with the beginning of each trace. */
    private static String errors(Workspace workspace) {
        var said = new StringJoiner("\n");
        Path logs = workspace.directory().resolve(".concertina/logs");
        try (Stream<Path> files = Files.walk(logs)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                List<String> lines =
                        Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
                for (int i = 0; i < lines.size(); i++) {
                    if (lines.get(i).contains("ERROR")) {
                        said.add(logs.relativize(file) + ":");
                        lines.subList(i, Math.min(lines.size(), i + TRACE_LINES))
                                .forEach(said::add);
                    }
                }
            }
        } catch (IOException e) {
            said.add("no logs: " + e);
        }
        return said.toString();
    }

    private static void times(int count, Runnable what) {
        for (int i = 0; i < count; i++) {
            what.run();
        }
    }

    private InstanceStatus next(LedgerFleet fleet) {
        List<InstanceStatus> ready = fleet.ready();
        return ready.get(turn++ % ready.size());
    }

    private void killOne(LedgerFleet fleet, LedgerLoad load) {
        fleet.kill(next(fleet));
        fleet.settled();
        load.awaitMore(RATE / 2);
    }

    private void pauseOne(LedgerFleet fleet, LedgerLoad load) {
        long pid = next(fleet).pid();
        LedgerFleet.signal(pid, "STOP");
        load.awaitMore((int) (RATE * PAUSE.toSeconds()));
        LedgerFleet.signal(pid, "CONT");
        fleet.settled();
        assertThat(fleet.ready()).extracting(InstanceStatus::pid).contains(pid);
    }

    /** While it has a share of the requests. */
    private static void abortOne(LedgerFleet fleet) {
        List<Long> before = fleet.ready().stream().map(InstanceStatus::pid).toList();
        var deploy =
                CompletableFuture.supplyAsync(
                        () -> fleet.client().deploy(Optional.empty(), true, _ -> {}));
        Workspace.await(
                PATIENCE,
                () -> fleet.status().progress().filter(p -> p.percent() > 0).isPresent(),
                () -> "no share: " + fleet.status());
        var aborted = fleet.client().abort(_ -> {});
        assertThat(aborted.done()).as(aborted.text()).isTrue();
        assertThat(deploy.join().done()).isFalse();
        fleet.settled();
        assertThat(fleet.ready().stream().map(InstanceStatus::pid).toList()).isEqualTo(before);
    }

    private static void down(LedgerFleet fleet) {
        fleet.workspace().run("down").hasExit(0);
        assertThat(fleet.workspace().processes()).isEmpty();
    }
}

package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.console.FleetCommands.Outcome;
import dev.concertina.fleet.console.FleetStatus;
import dev.concertina.fleet.console.FleetStatus.InstanceStatus;
import dev.concertina.fleet.console.FleetStatus.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A canary with real processes, and a judge with the settings it comes with. */
class CanaryTest {
    private static final Duration WATCH = Duration.ofSeconds(2);
    private static final String MANIFEST =
            "instances: 2\nrollout:\n  strategy: canary\n  steps: [25%, 100%]\n  by: request\n"
                    + "  watch: "
                    + WATCH.toSeconds()
                    + "s\n";

    @Test
    void oneInTwentyErrorsIsTakenBackAndNoTrafficIsNoVerdict(@TempDir Path directory)
            throws Exception {
        try (var fleet = new LedgerFleet(directory, MANIFEST).up()) {
            List<Long> before = pids(fleet);
            withoutTraffic(fleet);
            assertThat(pids(fleet)).isEqualTo(before);

            assertThat(failuresOfOneTakenBack(fleet).keySet()).containsOnly("500");
            fleet.settled();
            assertThat(pids(fleet)).isEqualTo(before);
            fleet.workspace().run("down").hasExit(0);
        }
    }

    /** nginx counts too, and closes idle connections when a share changes. */
    @Test
    void oneInTwentyErrorsIsTakenBackBehindNginx(@TempDir Path directory) throws Exception {
        try (var fleet = new LedgerFleet(directory, MANIFEST)) {
            Path manifest = directory.resolve("concertina.yaml");
            String text = Files.readString(manifest);
            Files.writeString(manifest, text.replace("{ listen:", "{ engine: nginx, listen:"));
            fleet.up();
            List<Long> before = pids(fleet);
            assertThat(failuresOfOneTakenBack(fleet)).containsKey("500");
            fleet.settled();
            assertThat(pids(fleet)).isEqualTo(before);
            fleet.workspace().run("down").hasExit(0);
        }
    }

    /** A canary with 5 % errors is deployed under load; what the clients saw of it. */
    private static Map<String, Long> failuresOfOneTakenBack(LedgerFleet fleet) {
        fleet.errors(0.05);
        try (var load = OpenLoad.start(fleet.address(), "/get", 200)) {
            load.awaitMore(200);
            Outcome outcome = fleet.client().deploy(Optional.empty(), true, _ -> {});
            long sent = load.sent();
            load.end();
            System.out.println("canary with 5 % errors: " + outcome.text());
            assertThat(outcome.done()).isFalse();
            assertThat(outcome.text()).contains("fails more often");
            // A quarter of the requests, and a twentieth of those.
            assertThat(load.failures().get("500")).isPositive().isLessThan(sent / 20);
            return load.failures();
        }
    }

    private static void withoutTraffic(LedgerFleet fleet) {
        var deploy =
                CompletableFuture.supplyAsync(
                        () -> fleet.client().deploy(Optional.empty(), true, _ -> {}));
        Workspace.await(
                Duration.ofMinutes(1),
                () -> watchedFor(fleet.status(), WATCH.multipliedBy(2)),
                () -> "not watched: " + fleet.status());
        Progress progress = fleet.status().progress().orElseThrow();
        assertThat(progress.percent()).isEqualTo(25);
        assertThat(progress.judge().orElseThrow()).startsWith("not enough traffic yet");
        assertThat(deploy).isNotDone();
        fleet.client().abort(_ -> {});
        assertThat(deploy.join().done()).isFalse();
        fleet.settled();
    }

    private static boolean watchedFor(FleetStatus status, Duration time) {
        return status.progress()
                .filter(p -> p.phase().equals("watching"))
                .filter(p -> Instant.now().isAfter(p.since().plus(time)))
                .isPresent();
    }

    private static List<Long> pids(LedgerFleet fleet) {
        return fleet.ready().stream().map(InstanceStatus::pid).toList();
    }
}

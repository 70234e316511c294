package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.acceptance.LoadStep.Phase;
import dev.concertina.acceptance.OpenLoad.Request;
import dev.concertina.fleet.simulate.Cost;
import dev.concertina.fleet.simulate.MeasuredCost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A step of load on real processes: it scales out within two periods, noise changes nothing, it
 * scales in after the window, and {@code simulate} says the same of the same trace.
 */
class LoadStepTest {
    private static final long SEED = 7;

    /** For a machine with other work, from the moment of a decision to when we hear of it. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /**
     * Each request costs 40 ms of an allowance of 0.4 cores, and a little more for HTTP. Ten
     * percent more than that, as on a busy machine, is another decision.
     */
    @Test
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void aProgramOfKnownCost(@TempDir Path directory) throws Exception {
        var manifest =
                """
                instances: { min: 1, max: 5 }
                autoscale:
                  cpu: 70%
                  request: { cpu: 400m }
                  every: 5s
                  window: 4s
                  warm-up: 2s
                  behavior:
                    scaleUp: { stabilizationWindowSeconds: 0 }
                    scaleDown: { stabilizationWindowSeconds: 8 }
                """;
        var burn = new Request("GET", "/burn?micros=40000");
        var chance = new SplittableRandom(SEED);
        try (var fleet = new LedgerFleet(directory, manifest).up();
                var load = OpenLoad.start(fleet.address(), _ -> burn, 4);
                var step = new LoadStep(fleet.workspace(), load)) {
            Phase calm = step.phase(6, () -> 4);
            Phase busy = step.phase(18, () -> 16);
            Phase noisy = step.phase(6, () -> chance.nextDouble(13, 19));
            Phase after = step.phase(18, () -> 4);
            load.end();
            assertThat(load.failures()).as("of %d requests", load.sent()).isEmpty();
            judge(
                    step,
                    List.of(calm, busy, noisy, after),
                    List.of("--capacity", "10", "--start-delay", "1s"),
                    Duration.ofSeconds(5));
            assertThat(busy.wanted()).isEqualTo(3);
            assertThat(noisy.scalings()).isEmpty();
            fleet.workspace().run("down").hasExit(0);
        }
    }

    /**
     * An hour before, as it were, there was traffic too: what the fleet recorded of that says what
     * a request costs, and the step is made to need three instances.
     */
    @Test
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void theSampleWithTenMinutesOfNoise(@TempDir Path directory) throws Exception {
        try (var workspace = new Workspace(directory)) {
            String scaled =
                    Files.readString(workspace.sampleManifest("concertina.yaml"))
                            .replaceFirst(
                                    "(?m)^instances:.*$",
                                    """
                                    instances: { min: 1, max: 5 }
                                    autoscale:
                                      cpu: 70%
                                      request: { cpu: 200m }
                                      every: 15s
                                      window: 15s
                                      warm-up: 60s
                                      behavior:
                                        scaleUp: { stabilizationWindowSeconds: 0 }
                                        scaleDown: { stabilizationWindowSeconds: 60 }
                                    """);
            workspace.write("concertina.yaml", scaled);
            workspace.run("up", "-d").hasExit(0);
            awaitCache(workspace);
            var verify = new Request("GET", "/api/certificates/SAMP-LECE-RTXX");
            var chance = new SplittableRandom(SEED);
            try (var load =
                    OpenLoad.start(workspace.client().status().address(), _ -> verify, 40)) {
                // Until the code is compiled.
                load.awaitMore(3_000);
                var rehearsal = new LoadStep(workspace, load);
                for (double rate : new double[] {10, 40, 80}) {
                    rehearsal.phase(30, () -> rate);
                }
                rehearsal.phase(150, () -> 200);
                rehearsal.phase(120, () -> 10);
                Path past = rehearsal.measured();
                MeasuredCost measured = MeasuredCost.parse(past.toString(), Files.readString(past));
                System.out.println(measured.words());
                assertThat(workspace.client().status().wanted()).isEqualTo(1);
                double step = needing(2.8, measured.cost());
                double calmly = needing(0.6, measured.cost());
                try (var test = new LoadStep(workspace, load)) {
                    Phase calm = test.phase(60, () -> calmly);
                    // Two times until an instance is believed: its warm-up and a window.
                    Phase busy = test.phase(210, () -> step);
                    Phase noisy = test.phase(600, () -> chance.nextDouble(0.83, 1.17) * step);
                    Phase after = test.phase(150, () -> calmly);
                    load.end();
                    assertThat(load.failures()).as("of %d requests", load.sent()).isEmpty();
                    judge(
                            test,
                            List.of(calm, busy, noisy, after),
                            List.of("--measured", past.toString(), "--start-delay", "4s"),
                            Duration.ofSeconds(15));
                }
            }
            workspace.run("down").hasExit(0);
        }
    }

    /** Requests/s for which so many instances, rounded up, use 70 % of their allowance each. */
    private static double needing(double instances, Cost cost) {
        int whole = (int) Math.ceil(instances);
        double low = 0;
        double high = 10_000;
        while (high - low > 0.1) {
            double middle = (low + high) / 2;
            boolean less = whole * cost.use(middle, whole) < 0.7 * instances;
            low = less ? middle : low;
            high = less ? high : middle;
        }
        return low;
    }

    private static void judge(
            LoadStep step, List<Phase> phases, List<String> cost, Duration every) {
        Phase busy = phases.get(1);
        Phase after = phases.get(3);
        assertThat(busy.scalings()).as("with more load").isNotEmpty();
        assertThat(after.scalings()).as("with less load").isNotEmpty();
        List<Integer> seen = phases.stream().map(Phase::wanted).toList();
        List<Integer> predicted = step.predicted(cost);
        System.out.printf(
                "load step: out after %d ms, %d reversals in noise, in after %d ms, wanted %s,"
                        + " simulate says %s; %s%n",
                busy.firstAfter().toMillis(),
                phases.get(2).reversals(),
                after.firstAfter().toMillis(),
                seen,
                predicted,
                step.story());
        assertThat(busy.firstAfter()).isLessThan(every.multipliedBy(2).plus(GRACE));
        assertThat(busy.wanted()).isGreaterThan(1);
        assertThat(phases.get(2).reversals()).isLessThanOrEqualTo(1);
        assertThat(seen.getFirst()).isEqualTo(1);
        assertThat(seen.getLast()).isEqualTo(1);
        assertThat(predicted).isEqualTo(seen);
    }

    /** Training takes a core for a while. */
    private static void awaitCache(Workspace workspace) {
        Path releases = workspace.directory().resolve(".concertina/releases");
        Workspace.await(
                Duration.ofMinutes(5),
                () -> {
                    try (Stream<Path> files = Files.walk(releases)) {
                        return files.anyMatch(file -> file.toString().endsWith(".aot"));
                    } catch (IOException e) {
                        return false;
                    }
                },
                () -> "no AOT cache in " + releases);
    }
}

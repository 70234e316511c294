package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.acceptance.OpenLoad.Request;
import dev.concertina.fleet.console.FleetEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A step of load on real processes whose requests cost a known CPU time, with periods that are a
 * third of the usual ones: it scales out within two periods, noise changes nothing, it scales in
 * after the window, and {@code simulate} says the same of the same trace.
 */
class LoadStepTest {
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration WINDOW = Duration.ofSeconds(15);
    private static final int MICROS = 10_000;

    /** Of the allowance of 0.1 cores. */
    private static final double CAPACITY = 10;

    private static final double CALM = 4;
    private static final double BUSY = 18;
    private static final String MANIFEST =
            "instances: { min: 1, max: 5 }\nautoscale:\n  cpu: 70%\n  request: { cpu: 100m }\n"
                    + "  every: 5s\n  window: 4s\n  warm-up: 4s\n  behavior:\n"
                    + "    scaleUp: { stabilizationWindowSeconds: 0 }\n"
                    + "    scaleDown: { stabilizationWindowSeconds: 15 }\n";

    private final List<Double> trace = new ArrayList<>();
    private final Collection<FleetEvent> scalings = new ConcurrentLinkedQueue<>();

    @Test
    void aStepScalesOutNoiseChangesNothingAndCalmScalesIn(@TempDir Path directory)
            throws Exception {
        var burn = new Request("GET", "/burn?micros=" + MICROS);
        try (var fleet = new LedgerFleet(directory, MANIFEST).up();
                var load = OpenLoad.start(fleet.address(), _ -> burn, (int) CALM)) {
            var story = Thread.ofVirtual().start(() -> fleet.client().events(0, this::heard));
            var chance = new SplittableRandom(7);
            var seen = new ArrayList<Integer>();
            var at = new ArrayList<Integer>();
            send(load, 20, () -> CALM);
            seen.add(wanted(fleet));
            at.add(trace.size());

            Instant step = Instant.now();
            send(load, 20, () -> BUSY);
            FleetEvent out = scalings.stream().findFirst().orElseThrow();
            assertThat(Duration.between(step, out.at())).isLessThan(EVERY.multipliedBy(2));
            seen.add(wanted(fleet));
            at.add(trace.size());

            int before = scalings.size();
            send(load, 25, () -> chance.nextDouble(13, 20));
            assertThat(scalings).as("changes for noise").hasSize(before);
            seen.add(wanted(fleet));
            at.add(trace.size());

            Instant calm = Instant.now();
            send(load, 35, () -> CALM);
            FleetEvent in = scalings.stream().skip(before).findFirst().orElseThrow();
            assertThat(Duration.between(calm, in.at())).isGreaterThan(WINDOW.minus(EVERY));
            seen.add(wanted(fleet));
            at.add(trace.size());
            load.end();
            assertThat(load.failures()).as("of %d requests", load.sent()).isEmpty();

            List<Integer> predicted = predicted(fleet, at);
            System.out.printf(
                    "load step: out after %d ms, in after %d ms, wanted %s, simulate says %s; %s%n",
                    Duration.between(step, out.at()).toMillis(),
                    Duration.between(calm, in.at()).toMillis(),
                    seen,
                    predicted,
                    scalings.stream().map(FleetEvent::text).toList());
            assertThat(seen).containsExactly(1, 3, 3, 1);
            assertThat(predicted).isEqualTo(seen);
            fleet.workspace().run("down").hasExit(0);
            story.join();
        }
    }

    private static int wanted(LedgerFleet fleet) {
        return fleet.status().wanted();
    }

    private void heard(FleetEvent event) {
        if (event.kind().equals("fleet.scale")) {
            scalings.add(event);
        }
    }

    private interface Rate {
        double perSecond();
    }

    /** Second after second, each at its own rate. */
    private void send(OpenLoad load, int seconds, Rate rate) {
        for (int i = 0; i < seconds; i++) {
            double now = Math.round(rate.perSecond());
            trace.add(now);
            load.rate(now);
            long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }

    /** What was wanted at these seconds, as the command line says. */
    private List<Integer> predicted(LedgerFleet fleet, List<Integer> at) {
        var text = new StringBuilder("seconds,rate\n");
        for (int second = 0; second < trace.size(); second++) {
            text.append(second).append(',').append(trace.get(second)).append('\n');
        }
        fleet.workspace().write("trace.csv", text.toString());
        var run =
                fleet.workspace()
                        .run(
                                "simulate",
                                "trace.csv",
                                "--capacity",
                                Double.toString(CAPACITY),
                                "--start-delay",
                                "1s",
                                "--json")
                        .hasExit(0);
        List<JsonNode> changes =
                run.out()
                        .lines()
                        .map(line -> JsonMapper.shared().readTree(line))
                        .filter(line -> line.get("kind").asString().equals("change"))
                        .toList();
        return at.stream()
                .map(second ->
                        changes.stream()
                                .filter(change -> change.get("second").asInt() <= second)
                                .reduce((_, later) -> later)
                                .map(change -> change.get("to").asInt())
                                .orElse(1))
                .toList();
    }
}

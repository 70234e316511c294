package dev.concertina.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Many short lives of a fleet, each from its seed: rolling, canary and blue-green deploys, good and
 * bad ones, aborted, promoted and rolled back, while instances crash, freeze and start slowly,
 * probes lie both ways, the number changes by command or by load, the pids of ended processes
 * become somebody else's, and fleet process and gateway are killed. {@link Invariants} looks at
 * every step. {@code -Dsimulation.seed=N} replays one, {@code -Dsimulation.first=N} and {@code
 * -Dsimulation.runs=N} choose others.
 */
class SimulationTest {
    private static final long FIRST = Long.getLong("simulation.first", 1L);
    private static final int RUNS = Integer.getInteger("simulation.runs", 100_000);

    /** After so many nobody reads on. */
    private static final int FAILURES_MAX = 5;

    /** From so many runs on, nothing of {@link #EXPECTED} may be missing. */
    private static final int MANY = 1000;

    private static final List<String> EXPECTED =
            List.of(
                    "abort",
                    "came to rest",
                    "checked: drain of a ready one",
                    "checked: drain while a release is on trial",
                    "checked: signal",
                    "checked: start of the last one allowed",
                    "checked: table",
                    "checked: table of one release",
                    "crash",
                    "deploy BLUE_GREEN",
                    "deploy CANARY",
                    "deploy ROLLING",
                    "deploy of a good one",
                    "deploy of a slow starter",
                    "deploy of one deaf to SIGTERM",
                    "deploy of one never ready",
                    "deploy of one ready and failing",
                    "deploy of one that ends",
                    "deploy while scaling",
                    "fleet killed",
                    "fleet killed in a write",
                    "fleet opened again",
                    "fleet opened on a torn journal",
                    "fleet.scale",
                    "freeze",
                    "gateway killed",
                    "instance.crashed",
                    "instance.unready",
                    "instance.worn",
                    "load changed",
                    "memory grows",
                    "one is not alive",
                    "probes that deny",
                    "probes that flatter",
                    "promote",
                    "rollback",
                    "rollout.back",
                    "rollout.done",
                    "rollout.failed",
                    "rollout.promoted",
                    "rollout.share",
                    "scale",
                    "stranger with a pid of ours");

    @Test
    void everyRunKeepsItsPromisesAndComesToRest() {
        Long only = Long.getLong("simulation.seed");
        if (only != null) {
            System.out.print(Life.live(only, System.out::println));
            return;
        }
        long began = System.nanoTime();
        var seen = new Tally();
        var failures = new ConcurrentSkipListMap<Long, Throwable>();
        LongStream.range(FIRST, FIRST + RUNS)
                .parallel()
                .filter(_ -> failures.size() < FAILURES_MAX)
                .forEach(seed -> live(seed, seen, failures));
        System.out.printf(
                "simulation: %d runs, seeds %d to %d, in %d s%n%s",
                RUNS,
                FIRST,
                FIRST + RUNS - 1,
                Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                seen);
        failures.forEach((seed, why) -> {
            System.out.println("seed " + seed + " fails: " + why + "\n  replay: " + replay(seed));
        });
        if (!failures.isEmpty()) {
            throw new AssertionError(
                    "seeds " + failures.keySet() + " fail", failures.firstEntry().getValue());
        }
        assertThat(seen.of("came to rest")).isEqualTo(RUNS);
        // A simulation in which nothing happens proves nothing.
        if (RUNS >= MANY) {
            assertThat(EXPECTED)
                    .allSatisfy(what -> assertThat(seen.of(what)).as(what).isPositive());
        }
    }

    @Test
    void aStartThatWasRightWhenItWasDecidedIsNoBreach() {
        assertThat(Life.live(63403).of("came to rest")).isEqualTo(1);
    }

    private static void live(long seed, Tally seen, Map<Long, Throwable> failures) {
        try {
            seen.add(Life.live(seed));
        } catch (RuntimeException | AssertionError e) {
            failures.put(seed, e);
        }
    }

    private static String replay(long seed) {
        return "mvn -pl testkit -am test -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dsimulation.seed="
                + seed;
    }
}

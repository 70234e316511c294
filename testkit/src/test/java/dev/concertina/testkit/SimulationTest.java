package dev.concertina.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.Settings;
import dev.concertina.fleet.control.rollout.Approach;
import dev.concertina.fleet.control.rollout.Approach.Kind;
import dev.concertina.fleet.control.rollout.Judge;
import dev.concertina.fleet.control.rollout.Staged;
import dev.concertina.fleet.control.scale.Autoscaler;
import dev.concertina.fleet.control.scale.LocalLoad;
import dev.concertina.fleet.control.scale.Metric;
import dev.concertina.fleet.control.scale.Resource;
import dev.concertina.fleet.control.scale.ScaleSettings;
import dev.concertina.fleet.control.supervise.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Many short lives of a fleet, each from its seed: rolling, canary and blue-green deploys, good and
 * bad ones, aborted, promoted and rolled back, while instances crash, freeze and start slowly,
 * probes lie, the number changes by command or by load, and fleet process and gateway are killed.
 * {@code -Dsimulation.seed=N} replays one, {@code -Dsimulation.runs=N} asks for more.
 */
class SimulationTest {
    private static final long FIRST = Long.getLong("simulation.first", 1L);
    private static final int RUNS = Integer.getInteger("simulation.runs", 2500);
    private static final int ROUNDS_MAX = 40;

    // Crash loops wait for a hand, and have their own test.
    private static final Settings.Care CARE =
            new Settings.Care(
                    CareTest.EVERYTHING.warmUp(),
                    CareTest.EVERYTHING.live(),
                    CareTest.EVERYTHING.memoryMax(),
                    Optional.empty());

    private final Map<String, Long> seen = new ConcurrentHashMap<>();

    @Test
    void everyRunKeepsItsPromisesAndConverges() {
        Long only = Long.getLong("simulation.seed");
        if (only != null) {
            live(only);
            return;
        }
        LongStream.range(FIRST, FIRST + RUNS).parallel().forEach(this::liveOrSay);
        System.out.println(
                "simulation: seeds "
                        + FIRST
                        + " to "
                        + (FIRST + RUNS - 1)
                        + ", "
                        + new TreeMap<>(seen));
        // A simulation in which nothing happens proves nothing.
        if (RUNS >= 1000) {
            assertThat(seen.keySet())
                    .contains(
                            "deploy ROLLING",
                            "deploy CANARY",
                            "deploy BLUE_GREEN",
                            "rolled back",
                            "aborted",
                            "taken over",
                            "is warm",
                            "is not alive",
                            "holds",
                            "fails more often");
        }
    }

    private void liveOrSay(long seed) {
        try {
            live(seed);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + " fails; replay with -Dsimulation.seed=" + seed, e);
        }
    }

    private void live(long seed) {
        var chance = new SplittableRandom(~seed);
        Approach approach = approach(chance);
        Fleets fleets =
                Fleets.simulated()
                        .slots(chance.nextInt(1, 5))
                        .surge(chance.nextInt(1, 3))
                        .approach(approach)
                        .seed(seed);
        if (chance.nextInt(3) == 0) {
            fleets = fleets.autoscaler(scaler());
        }
        if (chance.nextInt(2) == 0) {
            fleets = fleets.care(CARE);
        }
        SimFleet fleet = fleets.start();
        fleet.onTold(told -> seen.merge(word(told), 1L, Long::sum));
        int busy = chance.nextInt(1, 4);
        fleet.traffic(
                Duration.ofMillis(1000L / (3L * busy * busy)),
                Duration.ofSeconds(chance.nextInt(4) == 0 ? 45 : 3));
        for (int i = chance.nextInt(3, 12); i > 0; i--) {
            disturb(fleet, chance, approach);
            fleet.advance(Duration.ofMillis(chance.nextLong(1, 15_000)));
        }
        fleet.prober().lie(0);
        for (int slot = 1; slot < 16; slot++) {
            fleet.thaw(slot);
        }
        converges(fleet);
    }

    /** What is worth counting in a line of the story. */
    private static String word(String told) {
        for (String word :
                List.of(
                        "is warm",
                        "is not alive",
                        "holds",
                        "fails more often",
                        "is slower",
                        "aborted",
                        "rolled back",
                        "goes on to")) {
            if (told.contains(word)) {
                return word;
            }
        }
        return "other lines";
    }

    private static Approach approach(SplittableRandom chance) {
        Kind kind = List.of(Kind.values()).get(chance.nextInt(3));
        if (kind == Kind.ROLLING) {
            return Approach.rolling();
        }
        List<Integer> shares =
                kind == Kind.BLUE_GREEN
                        ? List.of(100)
                        : List.of(
                                chance.nextInt(1, 30),
                                chance.nextInt(30, 60),
                                chance.nextInt(60, 100),
                                100);
        Optional<Judge> judge =
                chance.nextInt(4) == 0 ? Optional.empty() : Optional.of(new Judge(0.05, 0.5));
        return new Approach(
                kind,
                shares,
                Duration.ofSeconds(chance.nextInt(0, 15)),
                chance.nextInt(5) == 0,
                judge,
                Duration.ofSeconds(chance.nextInt(0, 10)));
    }

    private static Autoscaler scaler() {
        return Autoscaler.of(
                ScaleSettings.of(
                        1,
                        6,
                        List.of(new Metric.Utilization("cpu", Resource.CPU, 70)),
                        Optional.empty()),
                new LocalLoad(Map.of(Resource.CPU, 1000L), Duration.ofSeconds(5)),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5));
    }

    private void disturb(SimFleet fleet, SplittableRandom chance, Approach approach) {
        int slot = chance.nextInt(1, 6);
        switch (chance.nextInt(24)) {
            case 0, 1 -> fleet.crash(slot);
            case 2 -> fleet.freeze(slot);
            case 3 -> fleet.thaw(slot);
            case 4 -> fleet.prober().lie(chance.nextDouble(0.5));
            case 5 -> fleet.prober().lie(0);
            case 6, 7, 8 ->
                    deploy(
                            fleet,
                            approach,
                            SimProgram.good()
                                    .listeningAfter(
                                            Duration.ofMillis(chance.nextLong(100, 12_000))));
            case 9 -> deploy(fleet, approach, SimProgram.exitsAtOnce());
            case 10 -> deploy(fleet, approach, SimProgram.neverReady());
            case 11 ->
                    deploy(fleet, approach, SimProgram.good().failing(chance.nextDouble(0.2, 1)));
            case 12 -> fleet.scale(chance.nextInt(1, 6));
            case 13 -> fleet.restart();
            case 14 -> fleet.killFleet();
            case 15 -> fleet.promote();
            case 16 -> fleet.promoteAll();
            case 17 -> fleet.abort();
            case 18 -> fleet.state().servedBefore().ifPresent(fleet::rollback);
            case 19 -> {
                fleet.gateway().kill();
                seen.merge("taken over", 1L, Long::sum);
            }
            case 22 -> fleet.sicken(slot);
            case 23 -> fleet.hold(slot, 1L << 30);
            case 20 -> fleet.demand(chance.nextDouble(5));
            default -> fleet.killFleetAtWrite(chance.nextInt(1, 12));
        }
    }

    private void deploy(SimFleet fleet, Approach approach, SimProgram program) {
        fleet.deploy(program);
        seen.merge("deploy " + approach.kind(), 1L, Long::sum);
    }

    private static void converges(SimFleet fleet) {
        // The fleet process itself may just be dead: what counts is the one that takes over.
        fleet.advance(Duration.ofSeconds(5));
        for (int i = 0; i < ROUNDS_MAX && !fleet.state().settled(); i++) {
            // One that has too little traffic for its judge, or waits for a hand.
            if (fleet.state().rollout().orElse(null) instanceof Staged) {
                fleet.promoteAll();
            }
            fleet.advance(Duration.ofSeconds(20));
        }
        fleet.settle();
        FleetState state = fleet.state();
        assertThat(state.slots())
                .hasSize(state.wanted())
                .allSatisfy(s -> assertThat(s).isInstanceOf(Slot.Ready.class))
                .allSatisfy(s -> assertThat(s.release()).isEqualTo(state.release()));
        assertThat(fleet.host().running().stream().map(p -> p.instance()))
                .containsExactlyInAnyOrderElementsOf(
                        state.slots().stream().map(Slot::instance).toList());
        assertThat(fleet.gateway().table().targets().stream().map(t -> t.id().value()))
                .containsExactlyInAnyOrderElementsOf(
                        state.slots().stream().map(Slot::instance).toList());
    }
}

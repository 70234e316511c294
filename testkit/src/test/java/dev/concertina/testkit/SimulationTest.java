package dev.concertina.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.supervise.Slot;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Many short lives of a fleet, each from its seed. {@code -Dsimulation.seed=N} replays one, {@code
 * -Dsimulation.runs=N} asks for more.
 */
class SimulationTest {
    private static final long FIRST = Long.getLong("simulation.first", 1L);
    private static final int RUNS = Integer.getInteger("simulation.runs", 2000);

    @Test
    void everyRunKeepsItsPromisesAndConverges() {
        Long only = Long.getLong("simulation.seed");
        if (only != null) {
            live(only);
            return;
        }
        for (long seed = FIRST; seed < FIRST + RUNS; seed++) {
            try {
                live(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + " fails; replay with -Dsimulation.seed=" + seed, e);
            }
        }
    }

    private static void live(long seed) {
        var chance = new SplittableRandom(~seed);
        SimFleet fleet =
                Fleets.simulated()
                        .slots(chance.nextInt(1, 5))
                        .surge(chance.nextInt(1, 3))
                        .seed(seed)
                        .start();
        fleet.traffic(Duration.ofMillis(300), Duration.ofSeconds(chance.nextInt(4) == 0 ? 45 : 3));
        for (int i = chance.nextInt(3, 12); i > 0; i--) {
            disturb(fleet, chance);
            fleet.advance(Duration.ofMillis(chance.nextLong(1, 15_000)));
        }
        fleet.prober().lie(0);
        for (int slot = 1; slot < 12; slot++) {
            fleet.thaw(slot);
        }
        converges(fleet);
    }

    private static void disturb(SimFleet fleet, SplittableRandom chance) {
        int slot = chance.nextInt(1, 5);
        switch (chance.nextInt(14)) {
            case 0, 1 -> fleet.crash(slot);
            case 2 -> fleet.freeze(slot);
            case 3 -> fleet.thaw(slot);
            case 4 -> fleet.prober().lie(chance.nextDouble(0.5));
            case 5 -> fleet.prober().lie(0);
            case 6, 7 ->
                    fleet.deploy(
                            SimProgram.good()
                                    .listeningAfter(
                                            Duration.ofMillis(chance.nextLong(100, 12_000))));
            case 8 -> fleet.deploy(SimProgram.exitsAtOnce());
            case 9 -> fleet.deploy(SimProgram.neverReady());
            case 10 -> fleet.scale(chance.nextInt(1, 6));
            case 11 -> fleet.restart();
            case 12 -> fleet.killFleet();
            default -> fleet.killFleetAtWrite(chance.nextInt(1, 12));
        }
    }

    private static void converges(SimFleet fleet) {
        // The fleet process itself may just be dead: what counts is the one that takes over.
        fleet.advance(Duration.ofSeconds(5));
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

package dev.concertina.testkit;

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
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** One short life of a simulated fleet; all of it follows from the seed. */
final class Life {
    private static final int ROUNDS_MAX = 40;
    private static final int SLOTS_MAX = 16;
    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final Autoscaler SCALER =
            Autoscaler.of(
                    ScaleSettings.of(
                            1,
                            6,
                            List.of(new Metric.Utilization("cpu", Resource.CPU, 70)),
                            Optional.empty()),
                    new LocalLoad(Map.of(Resource.CPU, 1000L), Duration.ofSeconds(5)),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(5));

    /** Crash loops wait for a hand, and have their own test. */
    private static final Settings.Care CARE =
            new Settings.Care(
                    CareTest.EVERYTHING.warmUp(),
                    CareTest.EVERYTHING.live(),
                    CareTest.EVERYTHING.memoryMax(),
                    Optional.empty());

    private final SplittableRandom chance;
    private final Approach approach;
    private final SimFleet fleet;
    private Consumer<String> onDone = _ -> {};

    private Life(long seed) {
        chance = new SplittableRandom(~seed);
        approach = approach();
        Fleets fleets =
                Fleets.simulated()
                        .slots(chance.nextInt(1, 5))
                        .surge(chance.nextInt(1, 3))
                        .approach(approach)
                        .probed(Duration.ofSeconds(chance.nextInt(1, 4)), Duration.ofSeconds(10))
                        .drain(Duration.ofSeconds(10))
                        .seed(seed);
        fleets = chance.nextInt(3) == 0 ? fleets.autoscaler(SCALER) : fleets;
        fleet = (chance.nextBoolean() ? fleets.care(CARE) : fleets).start();
        fleet.host().reusePids(0.5);
    }

    /**
     * Lives to the end; what it saw.
     *
     * @throws AssertionError if an invariant broke or the fleet did not come to rest
     */
    static Tally live(long seed) {
        return live(seed, _ -> {});
    }

    /** As the other, and tells it line by line. */
    static Tally live(long seed, Consumer<String> story) {
        var life = new Life(seed);
        life.fleet.onTold(line ->
                story.accept(
                        "%s %-20s %s %s"
                                .formatted(line.at(), line.kind(), line.subject(), line.text())));
        life.onDone = what -> story.accept(life.fleet.time().now() + "   " + what);
        life.traffic();
        for (int i = life.chance.nextInt(3, 12); i > 0; i--) {
            life.disturb();
            life.fleet.advance(Duration.ofMillis(life.chance.nextLong(1, 10_000)));
        }
        life.comesToRest();
        return life.fleet.seen();
    }

    private void traffic() {
        int busy = chance.nextInt(1, 4);
        fleet.traffic(
                Duration.ofMillis(1000L / (2L * busy * busy)),
                Duration.ofSeconds(chance.nextInt(4) == 0 ? 15 : 3));
    }

    private Approach approach() {
        Kind kind = KINDS.get(chance.nextInt(KINDS.size()));
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

    private void disturb() {
        int slot = chance.nextInt(1, 6);
        switch (chance.nextInt(28)) {
            case 0, 1 -> {
                onDone.accept("crash in slot " + slot);
                fleet.crash(slot);
            }
            case 2 -> {
                onDone.accept("freeze in slot " + slot);
                fleet.freeze(slot);
            }
            case 3 -> {
                onDone.accept("thaw in slot " + slot);
                fleet.thaw(slot);
            }
            case 4 -> lie(chance.nextDouble(0.5), 0);
            case 5 -> lie(0, chance.nextDouble());
            case 6, 7 -> deploy("deploy of a good one", SimProgram.good());
            case 8, 9 -> deploy("deploy of a slow starter", slowStarter());
            case 10 -> deploy("deploy of one that ends", SimProgram.exitsAtOnce());
            case 11 -> deploy("deploy of one never ready", SimProgram.neverReady());
            case 12 -> {
                double errors = chance.nextBoolean() ? 1 : chance.nextDouble(0.2, 1);
                deploy("deploy of one ready and failing", SimProgram.good().failing(errors));
            }
            case 13 -> deploy("deploy of one deaf to SIGTERM", SimProgram.good().deaf());
            case 14 -> scale();
            case 15 -> {
                scale();
                deploy("deploy while scaling", slowStarter());
            }
            case 16 -> fleet.restart();
            case 17 -> killFleetAndCrash(slot);
            case 18 -> promote(false);
            case 19 -> promote(true);
            case 20 -> abort();
            case 21 -> fleet.state().servedBefore().ifPresent(this::rollback);
            case 22 -> {
                count("gateway killed");
                fleet.gateway().kill();
            }
            case 23 -> {
                count("load changed");
                fleet.demand(chance.nextDouble(5));
            }
            case 24 -> {
                count("one is not alive");
                fleet.sicken(slot);
            }
            case 25 -> {
                count("memory grows");
                fleet.hold(slot, 1L << 30);
            }
            default -> {
                int write = chance.nextInt(1, 12);
                onDone.accept("kill of the fleet process at write " + write);
                fleet.killFleetAtWrite(write);
            }
        }
    }

    private void lie(double lies, double flatters) {
        count(lies > 0 ? "probes that deny" : "probes that flatter");
        fleet.prober().lie(lies);
        fleet.prober().flatter(flatters);
    }

    private void deploy(String what, SimProgram program) {
        if (fleet.state().rollout().isEmpty()) {
            count(what);
            count("deploy " + approach.kind());
        } else {
            count("deploy while another is under way");
        }
        fleet.deploy(program);
    }

    private SimProgram slowStarter() {
        return SimProgram.good().listeningAfter(Duration.ofMillis(chance.nextLong(100, 8_000)));
    }

    private void scale() {
        count("scale");
        fleet.scale(chance.nextInt(1, 6));
    }

    /** While nobody looks, one ends, and its pid may become somebody else's. */
    private void killFleetAndCrash(int slot) {
        onDone.accept("kill of the fleet process");
        fleet.killFleet();
        if (chance.nextBoolean()) {
            fleet.crash(slot);
        }
    }

    private void promote(boolean all) {
        count(fleet.state().rollout().isPresent() ? "promote" : "promote of nothing");
        if (all) {
            fleet.promoteAll();
        } else {
            fleet.promote();
        }
    }

    private void abort() {
        count(fleet.state().rollout().isPresent() ? "abort" : "abort of nothing");
        fleet.abort();
    }

    private void rollback(String release) {
        count("rollback");
        fleet.rollback(release);
    }

    private void count(String what) {
        onDone.accept(what);
        fleet.seen().count(what);
    }

    private void comesToRest() {
        fleet.prober().lie(0);
        fleet.prober().flatter(0);
        for (int slot = 1; slot < SLOTS_MAX; slot++) {
            fleet.thaw(slot);
        }
        // The fleet process itself may just be dead: what counts is the one that takes over.
        fleet.advance(Duration.ofSeconds(3));
        for (int i = 0; i < ROUNDS_MAX && !fleet.settles(Duration.ofSeconds(20)); i++) {
            // One that has too little traffic for its judge, or waits for a hand.
            if (fleet.state().rollout().orElse(null) instanceof Staged) {
                fleet.promoteAll();
            }
        }
        fleet.settle();
        count("came to rest");
        FleetState state = fleet.state();
        Set<String> wanted = state.slots().stream().map(Slot::instance).collect(Collectors.toSet());
        must(state.slots().size() == state.wanted(), "not the wanted number", state);
        must(
                state.slots().stream().allMatch(s -> s.release().equals(state.release())),
                "more than one release",
                state);
        Set<String> running =
                fleet.host().running().stream()
                        .map(SimHost.SimProcess::instance)
                        .collect(Collectors.toSet());
        must(running.equals(wanted), "other processes: " + running, state);
        must(fleet.host().running().size() == wanted.size(), "a process twice", state);
        Set<String> routed =
                fleet.gateway().table().targets().stream()
                        .map(t -> t.id().value())
                        .collect(Collectors.toSet());
        must(routed.equals(wanted), "the gateway knows others: " + routed, state);
    }

    private static void must(boolean holds, String otherwise, FleetState state) {
        if (!holds) {
            throw new AssertionError("at rest, " + otherwise + ": " + state);
        }
    }
}

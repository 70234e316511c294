package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.acceptance.halt.Halt;
import dev.concertina.acceptance.halt.HaltAgent;
import dev.concertina.fleet.console.FleetClient;
import dev.concertina.fleet.console.FleetStatus;
import dev.concertina.fleet.console.FleetStatus.InstanceStatus;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.runtime.FileStorage;
import dev.concertina.fleet.runtime.Journal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The fleet process ends in a write of its journal, in the middle of a rollout: behind the whole
 * entry, behind half of it, or with a damaged one. Traffic goes on, the next fleet process adopts
 * gateway and instances, and carries on as the journal says. Every write has its turn with {@code
 * -Dsoak=true}, else a few of each strategy, which {@code -Dkill.seed} chooses.
 */
class FleetKillTest {
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final long SEED = Long.getLong("kill.seed", 1);
    private static final List<Halt.Mode> MODES = List.of(Halt.Mode.values());
    private static final int FEW = 3;
    private static final int RATE = 100;

    /** Streams end spread over it, so it is most of the time that an instance takes to leave. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    /** No rollout of two instances has as many. */
    private static final int WRITES_MAX = 100;

    enum Strategy {
        ROLLING("  watch: 300ms\n"),
        BLUE_GREEN("  strategy: blue-green\n  watch: 500ms\n"),
        CANARY(
                "  strategy: canary\n  steps: [50%, 100%]\n  by: request\n  watch: 500ms\n"
                        + "  judge: { errors: 30%, warm-up: 0s }\n");

        private final String rollout;

        Strategy(String rollout) {
            this.rollout = rollout;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRolloutGoesOnWhereverTheFleetProcessEnded(Strategy strategy, @TempDir Path directory)
            throws Exception {
        Path agent = HaltAgent.jar(Files.createTempFile("halt", ".jar"));
        Path order = directory.toRealPath().resolve("halt-at");
        var environment = Map.of("JAVA_TOOL_OPTIONS", "-javaagent:" + agent + "=" + order);
        var manifest = "instances: 2\nrollout:\n" + strategy.rollout;
        try (var fleet = new LedgerFleet(directory, DRAIN, manifest).up(environment);
                var load = new LedgerLoad(fleet, RATE)) {
            load.awaitMore(RATE);
            int writes = undisturbed(fleet);
            var killed = new ArrayList<String>();
            for (int write : chosen(writes)) {
                var mode = MODES.get((int) Math.floorMod(write + SEED, (long) MODES.size()));
                Path draft = Files.writeString(order.resolveSibling("draft"), write + " " + mode);
                Files.move(draft, order, StandardCopyOption.ATOMIC_MOVE);
                FleetStatus before = fleet.status();
                if (!endsIn(fleet, before)) {
                    break;
                }
                killed.add(write + " " + mode);
                Files.delete(order);
                FleetState journal = entries(fleet).getLast().state();
                load.awaitMore(RATE / 4);
                fleet.up(environment);
                adopted(fleet, before, journal, strategy + " write " + write + " " + mode);
            }
            Files.deleteIfExists(order);
            System.out.printf(
                    "%s, seed %d: %d writes undisturbed, fleet process killed in %d: %s%n",
                    strategy, SEED, writes, killed.size(), killed);
            assertThat(killed).hasSizeGreaterThanOrEqualTo(SOAK ? writes / 2 : FEW - 1);
            load.judge("fleet process killed, " + strategy);
            fleet.workspace().run("down").hasExit(0);
            assertThat(fleet.workspace().processes()).isEmpty();
        } finally {
            Files.delete(agent);
        }
    }

    /** How many writes a rollout has. */
    private static int undisturbed(LedgerFleet fleet) {
        long before = entries(fleet).getLast().number();
        fleet.deploy();
        return (int) (entries(fleet).getLast().number() - before);
    }

    /** All, until a rollout ends without having come so far; or one of each third. */
    private static List<Integer> chosen(int writes) {
        var chance = new SplittableRandom(SEED);
        int third = writes / FEW;
        return SOAK
                ? IntStream.rangeClosed(1, WRITES_MAX).boxed().toList()
                : IntStream.range(0, FEW)
                        .mapToObj(part -> part * third + chance.nextInt(third) + 1)
                        .toList();
    }

    /** Whether the deploy ended with the fleet process; if not, it has no further write. */
    private static boolean endsIn(LedgerFleet fleet, FleetStatus before) {
        try {
            var outcome = fleet.client().deploy(Optional.empty(), true, _ -> {});
            assertThat(outcome.done()).as(outcome.text()).isTrue();
            return false;
        } catch (FleetClient.LostException expected) {
            Workspace.await(
                    Duration.ofSeconds(10),
                    () -> ProcessHandle.of(before.pid()).filter(ProcessHandle::isAlive).isEmpty(),
                    () -> "the fleet process goes on");
            return true;
        }
    }

    private static List<Journal.Entry> entries(LedgerFleet fleet) {
        return Journal.entries(new FileStorage(fleet.state().resolve("journal")));
    }

    private static void adopted(
            LedgerFleet fleet, FleetStatus before, FleetState journal, String where) {
        fleet.settled();
        FleetStatus after = fleet.status();
        assertThat(after.pid()).as(where).isNotEqualTo(before.pid());
        assertThat(after.gateway().pid()).as(where).isEqualTo(before.gateway().pid());
        assertThat(after.gateway().restarts()).as(where).isZero();
        String meant = journal.rollout().map(r -> r.to()).orElse(journal.release());
        assertThat(after.instances())
                .as(where + " of " + meant)
                .hasSize(2)
                .allSatisfy(i -> assertThat(i.state()).isEqualTo("ready"))
                .allSatisfy(i -> assertThat(i.release()).isEqualTo(meant));
        List<String> kept =
                journal.slots().stream()
                        .filter(s -> s instanceof Slot.Ready && s.release().equals(meant))
                        .map(s -> s.instance() + " " + s.running().orElseThrow().pid())
                        .toList();
        assertThat(after.instances().stream().map(FleetKillTest::name).toList())
                .as(where)
                .containsAll(kept);
        assertThat(
                        fleet.workspace().processes().stream()
                                .filter(process -> process.contains("node server.js"))
                                .count())
                .as(where)
                .isEqualTo(2);
    }

    private static String name(InstanceStatus instance) {
        return instance.id() + " " + instance.pid();
    }
}

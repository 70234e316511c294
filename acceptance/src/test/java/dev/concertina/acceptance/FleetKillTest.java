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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The fleet process ends in a write of its journal, in the middle of a rollout: behind the whole
 * entry, behind half of it, or with a damaged one. Traffic goes on, the next fleet process adopts
 * gateway and instances, and carries on as the journal says. Every write has its turn with {@code
 * -Dsoak=true}, else some of them.
 */
class FleetKillTest {
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final int STRIDE = SOAK ? 1 : 5;
    private static final int RATE = 100;
    private static final int WRITES_MAX = 100;

    private enum Strategy {
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
        try (var fleet = new LedgerFleet(directory, manifest).up(environment);
                var load = new LedgerLoad(fleet, RATE)) {
            load.awaitMore(RATE);
            int killed = 0;
            for (int write = 1; write < WRITES_MAX; write += STRIDE) {
                var mode = Halt.Mode.values()[killed % Halt.Mode.values().length];
                Files.writeString(order, write + " " + mode);
                FleetStatus before = fleet.status();
                if (!endsIn(fleet, before)) {
                    break;
                }
                killed++;
                Files.delete(order);
                FleetState journal = journal(fleet);
                load.awaitMore(RATE / 4);
                fleet.up(environment);
                adopted(fleet, before, journal, strategy + " write " + write + " " + mode);
            }
            Files.deleteIfExists(order);
            System.out.println(strategy + ": fleet process killed in " + killed + " writes");
            assertThat(killed).isGreaterThanOrEqualTo(2);
            load.judge("fleet process killed, " + strategy);
            fleet.workspace().run("down").hasExit(0);
            assertThat(fleet.workspace().processes()).isEmpty();
        } finally {
            Files.delete(agent);
        }
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

    private static FleetState journal(LedgerFleet fleet) {
        var storage = new FileStorage(fleet.state().resolve("journal"));
        return Journal.entries(storage).getLast().state();
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

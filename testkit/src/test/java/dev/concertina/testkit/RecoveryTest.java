package dev.concertina.testkit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Balance;
import dev.concertina.contract.RoutingTable;
import dev.concertina.fleet.control.supervise.Slot;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fleet process is killed, and another takes over. */
class RecoveryTest {
    @Test
    void runningInstancesAreAdoptedAndKeepTheirTraffic() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();
        Set<String> before = instances(fleet);

        fleet.killFleet();
        fleet.advance(ofSeconds(10));
        fleet.settle();

        assertThat(instances(fleet)).isEqualTo(before);
        assertThat(fleet.gateway().table().targets()).hasSize(3);
    }

    @Test
    void whatEndedMeanwhileIsStartedAgain() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();

        fleet.killFleet();
        fleet.crash(2);
        fleet.advance(ofSeconds(10));
        fleet.settle();

        assertThat(fleet.host().running()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30})
    void aDeployIsFinishedWhereverTheFleetProcessWasKilled(int write) {
        var fleet = Fleets.simulated().slots(3).seed(write).start();
        fleet.traffic(ofSeconds(1), ofSeconds(3));
        fleet.killFleetAtWrite(write);

        fleet.deploy(SimProgram.good());
        fleet.advance(ofSeconds(90));
        fleet.settle();

        assertThat(fleet.host().running()).hasSize(3);
        List<String> releases =
                fleet.state().slots().stream().map(Slot::release).distinct().toList();
        // Killed while the command itself was written down, it was never taken on.
        assertThat(releases).containsExactly(write == 1 ? fleet.state().release() : "r2");
    }

    @Test
    void tablesAreNumberedOnFromTheOneTheGatewayObeys() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();

        fleet.killFleet();
        // As after a journal that lost its tail: the gateway remembers more than the fleet.
        fleet.gateway()
                .route(
                        new RoutingTable(
                                999, Balance.ROUND_ROBIN, fleet.gateway().table().targets()));
        fleet.advance(ofSeconds(10));
        fleet.settle();

        assertThat(fleet.gateway().table().version()).isGreaterThan(999);
        assertThat(fleet.gateway().table().targets()).hasSize(3);
    }

    /** Found by a simulation: SIGTERM went to an instance the gateway still sent requests to. */
    @Test
    void whoeverIsLeavingIsDrainedUnderATableWithoutHim() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();
        fleet.traffic(ofMillis(50), ofSeconds(3));
        // While one table is under way, somebody leaves who is named in it.
        fleet.crash(3);
        assertThat(fleet.state().routing().confirmed())
                .isLessThan(fleet.state().routing().version());
        fleet.scale(1);
        assertThat(fleet.state().slots()).hasAtLeastOneElementOfType(Slot.Draining.class);

        fleet.killFleet();
        fleet.advance(ofSeconds(10));
        fleet.settle();

        assertThat(fleet.host().running()).hasSize(1);
    }

    private static Set<String> instances(SimFleet fleet) {
        return fleet.state().slots().stream().map(Slot::instance).collect(Collectors.toSet());
    }
}

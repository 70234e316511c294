package dev.concertina.testkit;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.host.Signal;
import org.junit.jupiter.api.Test;

class RestartTest {
    @Test
    void aCrashedInstanceIsReplacedAtOnce() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();
        String crashed = fleet.slot(2).instance();

        fleet.crash(2);
        fleet.advance(ofSeconds(1));

        assertThat(fleet.slot(2)).isInstanceOf(Slot.Starting.class);
        assertThat(fleet.gateway().routes(crashed)).isFalse();
        assertThat(fleet.slot(2).occupant().restarts()).isEqualTo(1);
    }

    @Test
    void aSlotWaitsLongerAfterEachCrash() {
        var fleet = Fleets.simulated().slots(1).seed(7).start();

        fleet.crash(1);
        fleet.settle();
        fleet.crash(1);
        fleet.advance(ofSeconds(0));

        assertThat(fleet.slot(1)).isInstanceOf(Slot.Waiting.class);
        fleet.advance(ofSeconds(2));
        assertThat(fleet.slot(1)).isInstanceOf(Slot.Starting.class);
    }

    @Test
    void aHealthyWhileForgivesEarlierCrashes() {
        var fleet = Fleets.simulated().slots(1).seed(7).start();
        fleet.crash(1);
        fleet.settle();

        fleet.advance(ofSeconds(40));
        fleet.crash(1);
        fleet.settle();

        assertThat(fleet.slot(1).occupant().failures()).isEqualTo(1);
    }

    @Test
    void aPausedInstanceIsUnreadyAndComesBackUnharmed() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();
        String paused = fleet.slot(1).instance();

        fleet.freeze(1);
        fleet.advance(ofSeconds(20));
        assertThat(fleet.slot(1)).isInstanceOf(Slot.Unready.class);
        assertThat(fleet.gateway().routes(paused)).isFalse();

        fleet.thaw(1);
        fleet.settle();
        assertThat(fleet.slot(1).instance()).isEqualTo(paused);
    }

    @Test
    void anInstanceThatStaysSilentIsReplaced() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();
        String hung = fleet.slot(1).instance();

        fleet.freeze(1);
        fleet.advance(ofSeconds(90));
        fleet.settle();

        assertThat(fleet.slot(1).instance()).isNotEqualTo(hung);
        assertThat(fleet.host().named(hung)).isEmpty();
    }

    @Test
    void halfOfTheFleetKeepsItsTrafficWhenAllProbesFail() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();

        fleet.prober().lie(1);
        fleet.advance(ofSeconds(30));

        assertThat(fleet.state().ready()).isZero();
        assertThat(fleet.gateway().table().targets()).hasSize(2);
    }

    @Test
    void aDeafInstanceIsKilledOnlyAfterItsGrace() {
        var fleet = Fleets.simulated().slots(2).program(SimProgram::deaf).seed(7).start();
        fleet.scale(1);

        fleet.advance(fleet.settings().grace().minusSeconds(1));
        assertThat(fleet.host().running()).hasSize(2);

        fleet.advance(ofSeconds(5));
        assertThat(fleet.host().running()).hasSize(1);
    }

    @Test
    void aSignalWaitsForTheLastClaim() {
        var fleet = Fleets.simulated().slots(1).seed(7).start();
        String old = fleet.slot(1).instance();
        fleet.gateway().request(ofSeconds(12));

        fleet.restart();
        fleet.advance(ofSeconds(10));
        assertThat(fleet.host().named(old)).get().matches(p -> !p.asked(), "was not signalled");

        fleet.settle();
        assertThat(fleet.host().named(old)).isEmpty();
    }

    @Test
    void aSignalToAnInstanceInUseIsNoticed() {
        var fleet = Fleets.simulated().slots(1).seed(7).start();
        fleet.gateway().request(ofSeconds(12));

        assertThatThrownBy(() -> fleet.host().running().getFirst().signal(Signal.TERM))
                .hasMessageContaining("while a claim can exist");
    }
}

package dev.concertina.testkit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Target;
import dev.concertina.fleet.control.Conclusion;
import dev.concertina.fleet.control.rollout.Approach;
import dev.concertina.fleet.control.rollout.Judge;
import dev.concertina.fleet.control.rollout.Staged;
import dev.concertina.fleet.control.supervise.Slot;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Canary and blue-green. */
class StagedTest {
    private static final Approach CANARY =
            new Approach(
                    Approach.Kind.CANARY,
                    List.of(10, 50, 100),
                    ofSeconds(30),
                    false,
                    Optional.of(new Judge(0.05, 0.5)),
                    ofSeconds(10));
    private static final Approach BLUE_GREEN =
            new Approach(
                    Approach.Kind.BLUE_GREEN,
                    List.of(100),
                    ofSeconds(30),
                    false,
                    Optional.of(new Judge(0.05, 0.5)),
                    ofSeconds(10));

    @Test
    void aGoodCanaryGrowsStepByStepAndTheOldOnesStayUntilTheEnd() {
        SimFleet fleet = busy(CANARY);
        String next = fleet.deploy(SimProgram.good());

        for (int share : new int[] {10, 50}) {
            until(fleet, () -> share(fleet) == share);
            assertThat(ready(fleet, "r1")).isEqualTo(4);
            assertThat(ready(fleet, next)).isEqualTo(share == 10 ? 1 : 2);
        }
        until(fleet, () -> releases(fleet).equals(List.of(next)));
        assertThat(ready(fleet, "r1")).isEqualTo(4);

        fleet.settle();
        assertThat(fleet.state().release()).isEqualTo(next);
        assertThat(fleet.state().slots()).hasSize(4).extracting(Slot::release).containsOnly(next);
        assertThat(fleet.state().served()).containsExactly("r1", next);
    }

    @Test
    void aCanaryWithErrorsIsTakenBackAndTheOldOnesWereNotTouched() {
        SimFleet fleet = busy(CANARY);
        List<String> before = instances(fleet);
        fleet.deploy(SimProgram.good().failing(0.1));

        fleet.settle();

        assertThat(instances(fleet)).isEqualTo(before);
        assertThat(conclusion(fleet).done()).isFalse();
        assertThat(conclusion(fleet).text())
                .startsWith("rolled back to r1: r2 fails more often: ")
                .contains("of the new release");
    }

    @Test
    void aSlowCanaryIsTakenBack() {
        SimFleet fleet = busy(CANARY);
        fleet.deploy(SimProgram.good().slower(4));

        fleet.settle();

        assertThat(fleet.state().release()).isEqualTo("r1");
        assertThat(conclusion(fleet).text()).contains("is slower: in ");
    }

    @Test
    void aCanaryWithoutTrafficWaits() {
        SimFleet fleet = Fleets.simulated().slots(4).approach(CANARY).seed(7).start();
        fleet.deploy(SimProgram.good());

        fleet.advance(ofMinutes(60));

        assertThat(share(fleet)).isEqualTo(10);
        assertThat(staged(fleet).opinion().orElseThrow().words())
                .startsWith("not enough traffic yet");
    }

    @Test
    void somebodyMayPromoteItThen() {
        SimFleet fleet = Fleets.simulated().slots(4).approach(CANARY).seed(7).start();
        fleet.deploy(SimProgram.good());
        fleet.advance(ofMinutes(10));

        fleet.promote();
        until(fleet, () -> share(fleet) == 50);
        fleet.promoteAll();
        until(fleet, () -> staged(fleet).percent() == 100);
        fleet.promote();
        fleet.settle();

        assertThat(fleet.state().release()).isEqualTo("r2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 40, 60, 90, 110, 120, 125})
    void itMayBeAbortedAtAnyMoment(int seconds) {
        SimFleet fleet = busy(CANARY);
        List<String> before = instances(fleet);
        fleet.deploy(SimProgram.good());
        fleet.advance(ofSeconds(seconds));

        boolean underWay = fleet.state().rollout().isPresent();
        fleet.abort();
        assertThat(releases(fleet)).doesNotContain(underWay ? "none" : "r1");
        fleet.settle();

        if (underWay) {
            assertThat(instances(fleet)).isEqualTo(before);
            assertThat(conclusion(fleet).text())
                    .isEqualTo("rolled back to r1: r2 was aborted by hand");
        }
    }

    @Test
    void blueGreenSwitchesInOneTableWhenAllAreReady() {
        SimFleet fleet = busy(BLUE_GREEN);
        String next = fleet.deploy(SimProgram.good().listeningAfter(ofSeconds(5)));

        fleet.time().afterEach(() -> assertThat(releases(fleet)).hasSizeLessThan(2));
        until(fleet, () -> releases(fleet).equals(List.of(next)));
        assertThat(fleet.gateway().table().targets()).hasSize(4);
        fleet.advance(ofSeconds(25));
        assertThat(ready(fleet, "r1")).isEqualTo(4);
        fleet.settle();

        assertThat(fleet.state().release()).isEqualTo(next);
        assertThat(fleet.gateway().unserved()).isZero();
    }

    @Test
    void theWayBackAfterASwitchIsOneTable() {
        SimFleet fleet = busy(BLUE_GREEN);
        List<String> before = instances(fleet);
        String next = fleet.deploy(SimProgram.good());
        until(fleet, () -> releases(fleet).equals(List.of(next)));

        fleet.abort();
        fleet.advance(ofMillis(20));

        assertThat(releases(fleet)).containsExactly("r1");
        fleet.settle();
        assertThat(instances(fleet)).isEqualTo(before);
    }

    @Test
    void aReleaseThatFailsAfterTheSwitchIsTakenBack() {
        SimFleet fleet = busy(BLUE_GREEN);
        List<String> before = instances(fleet);
        fleet.deploy(SimProgram.good().listeningAfter(ofSeconds(20)).failing(0.4));

        fleet.settle();

        assertThat(instances(fleet)).isEqualTo(before);
        assertThat(conclusion(fleet).text()).contains("fails more often");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReleaseThatIsNeverReadyTouchesNobody(boolean canary) {
        SimFleet fleet = busy(canary ? CANARY : BLUE_GREEN);
        List<String> before = instances(fleet);
        fleet.time().afterEach(() -> assertThat(releases(fleet)).doesNotContain("r2"));

        fleet.deploy(SimProgram.neverReady());
        fleet.settle();

        assertThat(instances(fleet)).isEqualTo(before);
        assertThat(conclusion(fleet).text()).contains("not ready within 30 s");
    }

    @Test
    void aReleaseThatServedBeforeComesBackAtOnce() {
        SimFleet fleet = busy(CANARY);
        fleet.deploy(SimProgram.good());
        fleet.settle();

        fleet.rollback("r1");
        until(fleet, () -> releases(fleet).equals(List.of("r1")));
        fleet.settle();

        assertThat(fleet.state().release()).isEqualTo("r1");
        assertThat(fleet.state().servedBefore()).contains("r2");
    }

    @Test
    void scalingDuringACanaryConverges() {
        SimFleet fleet = busy(CANARY);
        fleet.deploy(SimProgram.good());
        until(fleet, () -> share(fleet) == 10);

        fleet.scale(6);
        until(fleet, () -> ready(fleet, "r1") == 6);
        fleet.scale(2);
        fleet.settle();

        assertThat(fleet.state().slots()).hasSize(2).extracting(Slot::release).containsOnly("r2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20, 25, 30, 40})
    void itIsFinishedOrTakenBackWhereverTheFleetProcessWasKilled(int write) {
        SimFleet fleet = busy(CANARY);
        fleet.killFleetAtWrite(write);

        fleet.deploy(SimProgram.good());
        fleet.advance(ofMinutes(10));
        fleet.settle();

        assertThat(fleet.host().running()).hasSize(4);
        assertThat(fleet.state().release()).isEqualTo(write == 1 ? "r1" : "r2");
        assertThat(fleet.gateway().unserved()).isZero();
    }

    private static SimFleet busy(Approach approach) {
        SimFleet fleet = Fleets.simulated().slots(4).approach(approach).seed(7).start();
        fleet.traffic(ofMillis(50), ofMillis(200));
        fleet.advance(ofSeconds(30));
        return fleet;
    }

    private static void until(SimFleet fleet, java.util.function.BooleanSupplier condition) {
        assertThat(fleet.time().advanceUntil(condition, ofMinutes(20)))
                .as(() -> fleet.state().toString())
                .isTrue();
    }

    /** Releases that the gateway sends requests to. */
    private static List<String> releases(SimFleet fleet) {
        return fleet.gateway().table().targets().stream()
                .map(Target::release)
                .distinct()
                .sorted()
                .toList();
    }

    /** The new release's share as the gateway knows it; 0 if there is none. */
    private static int share(SimFleet fleet) {
        return fleet.gateway().table().split().map(s -> s.percent()).orElse(0);
    }

    private static Staged staged(SimFleet fleet) {
        return (Staged) fleet.state().rollout().orElseThrow();
    }

    private static List<String> instances(SimFleet fleet) {
        return fleet.state().slots().stream().map(Slot::instance).toList();
    }

    private static Conclusion conclusion(SimFleet fleet) {
        return fleet.state().conclusion().orElseThrow();
    }

    private static long ready(SimFleet fleet, String release) {
        return fleet.state().slots().stream()
                .filter(s -> s instanceof Slot.Ready && s.release().equals(release))
                .count();
    }
}

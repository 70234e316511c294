package dev.concertina.testkit;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.Conclusion;
import dev.concertina.fleet.control.Course;
import dev.concertina.fleet.control.supervise.Slot;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RolloutTest {
    @Test
    void aNewReleaseReplacesTheOldOneByOne() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();

        fleet.deploy(SimProgram.good());
        fleet.settle();

        assertThat(fleet.state().release()).isEqualTo("r2");
        assertThat(fleet.state().slots()).extracting(Slot::release).containsOnly("r2");
        assertThat(conclusion(fleet).done()).isTrue();
    }

    @Test
    void anOldInstanceStaysUntilTheNewOneHasBeenObserved() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();

        String next = fleet.deploy(SimProgram.good());
        fleet.time().advanceUntil(() -> ready(fleet, next) == 1, ofSeconds(60));
        fleet.advance(ofSeconds(2));

        assertThat(ready(fleet, "r1")).isEqualTo(3);
        assertThat(ready(fleet, next)).isEqualTo(1);
        fleet.settle();
        assertThat(fleet.state().slots()).extracting(Slot::release).containsOnly(next);
    }

    @Test
    void aReleaseThatExitsTouchesNobody() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();
        List<String> before = instances(fleet);

        fleet.deploy(SimProgram.exitsAtOnce());
        fleet.settle();

        assertThat(instances(fleet)).isEqualTo(before);
        assertThat(conclusion(fleet).done()).isFalse();
        assertThat(conclusion(fleet).text())
                .contains("rolled back to r1")
                .contains("crash loop: 5 times in a row, exit code 1");
    }

    @Test
    void aReleaseThatIsNeverReadyTouchesNobodyAndSaysItsLastAnswer() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();
        List<String> before = instances(fleet);

        fleet.deploy(SimProgram.neverReady());
        fleet.settle();

        assertThat(instances(fleet)).isEqualTo(before);
        assertThat(conclusion(fleet).text()).contains("not ready within 30 s").contains("HTTP 503");
    }

    @Test
    void aReleaseThatBreaksHalfWayIsTakenBack() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();
        String broken = fleet.deploy(SimProgram.good());
        fleet.time().advanceUntil(() -> ready(fleet, broken) == 2, ofSeconds(60));
        fleet.become(broken, SimProgram.exitsAtOnce());

        fleet.settle();

        assertThat(fleet.state().release()).isEqualTo("r1");
        assertThat(fleet.state().slots()).extracting(Slot::release).containsOnly("r1");
        assertThat(conclusion(fleet).done()).isFalse();
    }

    @Test
    void aFirstStartThatFailsLeavesNothingRunning() {
        var fleet =
                Fleets.simulated().slots(3).seed(7).program(_ -> SimProgram.exitsAtOnce()).begin();

        fleet.advance(ofMinutes(2));

        assertThat(fleet.state().course()).isEqualTo(Course.HALT);
        assertThat(fleet.host().running()).isEmpty();
        assertThat(conclusion(fleet).text())
                .contains("could not be started")
                .contains("crash loop");
    }

    @Test
    void aFleetThatCouldNotBeStartedStartsNothingMoreWhenItGoesDown() {
        var fleet =
                Fleets.simulated().slots(3).seed(7).program(_ -> SimProgram.exitsAtOnce()).begin();
        fleet.advance(ofMinutes(2));
        var started = new AtomicInteger();
        fleet.host().onStart(_ -> started.incrementAndGet());

        fleet.down();
        fleet.advance(ofMinutes(2));

        assertThat(started).hasValue(0);
        assertThat(fleet.host().running()).isEmpty();
    }

    @Test
    void theNextDeployStartsAFleetThatCouldNotBeStarted() {
        var fleet =
                Fleets.simulated().slots(2).seed(7).program(_ -> SimProgram.exitsAtOnce()).begin();
        fleet.advance(ofMinutes(2));

        fleet.deploy(SimProgram.good());
        fleet.settle();

        assertThat(fleet.state().release()).isEqualTo("r2");
    }

    @Test
    void scalingDuringADeployConverges() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();

        fleet.deploy(SimProgram.good());
        fleet.advance(ofSeconds(3));
        fleet.scale(5);
        fleet.advance(ofSeconds(3));
        fleet.scale(2);
        fleet.settle();

        assertThat(fleet.state().slots()).hasSize(2).extracting(Slot::release).containsOnly("r2");
    }

    @Test
    void scalingDownKeepsTheOldest() {
        var fleet = Fleets.simulated().slots(2).seed(7).start();
        List<String> oldest = instances(fleet);
        fleet.scale(4);
        fleet.settle();

        fleet.scale(2);
        fleet.settle();

        assertThat(instances(fleet)).isEqualTo(oldest);
    }

    @Test
    void oneInstanceIsReplacedOnItsOwn() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();
        List<String> before = instances(fleet);

        fleet.replace(before.get(1));
        fleet.settle();

        assertThat(instances(fleet))
                .contains(before.get(0), before.get(2))
                .doesNotContain(before.get(1))
                .hasSize(3);
    }

    @Test
    void goingDownEndsTheGatewayFirstAndThenEverything() {
        var fleet = Fleets.simulated().slots(3).seed(7).start();
        fleet.gateway().request(ofSeconds(20));

        fleet.down();
        fleet.advance(ofMinutes(2));

        assertThat(fleet.state().ended()).isTrue();
        assertThat(fleet.gateway().stopped()).isTrue();
        assertThat(fleet.host().running()).isEmpty();
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

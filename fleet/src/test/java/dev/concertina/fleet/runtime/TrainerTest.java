package dev.concertina.fleet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.rollout.Approach;
import dev.concertina.fleet.control.rollout.Rolling;
import dev.concertina.fleet.control.rollout.Rollout;
import dev.concertina.fleet.control.rollout.Staged;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainerTest {
    private static FleetState with(Optional<Rollout> rollout) {
        FleetState s = FleetState.initial(2);
        return new FleetState(
                s.course(),
                s.scaling(),
                "r1",
                s.generation(),
                s.rollouts(),
                s.slots(),
                s.checks(),
                rollout,
                s.routing(),
                s.conclusion(),
                s.served(),
                s.sampling(),
                s.autoscaling(),
                s.wear());
    }

    @Test
    void hasTimeWhenNothingIsRolledOut() {
        assertThat(Trainer.hasTime(with(Optional.empty()))).isTrue();
    }

    @Test
    void leavesTheProcessorsToWhatIsStarted() {
        assertThat(Trainer.hasTime(with(Optional.of(Rolling.deploy(2, "r1", "r2"))))).isFalse();
        assertThat(Trainer.hasTime(with(Optional.of(staged(Staged.Phase.PREPARE))))).isFalse();
    }

    /** A canary may be watched for hours, and its next step wants the cache. */
    @Test
    void hasTimeWhileAShareIsWatched() {
        assertThat(Trainer.hasTime(with(Optional.of(staged(Staged.Phase.WATCH))))).isTrue();
    }

    private static Staged staged(Staged.Phase phase) {
        var approach =
                new Approach(
                        Approach.Kind.CANARY,
                        List.of(50, 100),
                        Duration.ofMinutes(1),
                        false,
                        Optional.empty(),
                        Duration.ZERO);
        Staged begun = Staged.begin(2, "r1", "r2", approach, Instant.EPOCH);
        return new Staged(
                2,
                "r1",
                "r2",
                approach,
                begun.step(),
                begun.percent(),
                phase,
                Instant.EPOCH,
                "",
                begun.evidence());
    }
}

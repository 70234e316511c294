package dev.concertina.fleet.control.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.scale.Metric.Origin;
import dev.concertina.fleet.control.scale.Replica.Phase;
import dev.concertina.fleet.control.scale.Replica.Ready;
import dev.concertina.fleet.control.scale.ScaleDecision.Condition;
import dev.concertina.fleet.control.scale.ScalePolicy.Pass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScalePolicyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(1));
    private static final Metric QUEUE = new Metric.Total("queue", Origin.EXTERNAL, 10);

    private final ScalePolicy asked = new ScalePolicy(Asked.SETTINGS);

    @Test
    void aFreshAutoscalerDoesNotShrinkForFiveMinutes() {
        Pass first = asked.next(ScaleState.fresh(), busy(8, 10), NOW);
        assertThat(first.decision().desired()).isEqualTo(8);
        assertThat(reasons(first)).contains("ScaleDownStabilized");
        Pass late = asked.next(first.state(), busy(8, 10), NOW.plusSeconds(299));
        assertThat(late.decision().desired()).isEqualTo(8);
        // With behavior the first recommendation, exactly 300 s old, no longer counts.
        Pass after = asked.next(first.state(), busy(8, 10), NOW.plusSeconds(300));
        assertThat(after.decision().desired()).isEqualTo(4);
        assertThat(reasons(after)).contains("SucceededRescale", "ScaleDownLimit");
    }

    @Test
    void withoutBehaviorTheEdgeOfTheWindowStillHolds() {
        var policy = new ScalePolicy(ScaleSettings.of(3, 10, List.of(Asked.CPU), Optional.empty()));
        Pass first = policy.next(ScaleState.fresh(), busy(8, 10), NOW);
        Pass edge = policy.next(first.state(), busy(8, 10), NOW.plusSeconds(300));
        assertThat(edge.decision().desired()).isEqualTo(8);
        Pass after = policy.next(first.state(), busy(8, 10), NOW.plusSeconds(300).plusNanos(1));
        assertThat(after.decision().desired()).isEqualTo(3);
    }

    @Test
    void halfOfTheFleetMayLeaveInAnyMinute() {
        var state = ScaleState.fresh();
        var current = 10;
        var steps = new ArrayList<Integer>();
        for (var second = 0; second <= 480; second += 15) {
            Pass pass = asked.next(state, busy(current, 5), NOW.plusSeconds(second));
            state = pass.state();
            if (pass.decision().scaled()) {
                steps.add(second);
                steps.add(pass.decision().desired());
            }
            current = pass.decision().desired();
        }
        assertThat(steps).containsExactly(300, 5, 360, 3);
    }

    @Test
    void theFleetDoublesEveryPassAndAlwaysGrowsByTwo() {
        Pass first = asked.next(ScaleState.fresh(), busy(3, 300), NOW);
        assertThat(first.decision().desired()).isEqualTo(6);
        assertThat(reasons(first)).contains("ScaleUpLimit");
        Pass second = asked.next(first.state(), busy(6, 300), NOW.plusSeconds(15));
        assertThat(second.decision().desired()).isEqualTo(10);
        assertThat(reasons(second)).contains("TooManyReplicas");
        var small = new ScalePolicy(ScaleSettings.of(1, 10, List.of(Asked.CPU), behavior()));
        assertThat(small.next(ScaleState.fresh(), busy(1, 900), NOW).decision().desired())
                .isEqualTo(3);
    }

    @Test
    void theRateOfOnePassIsSpentForThePeriod() {
        Pass first = asked.next(ScaleState.fresh(), busy(3, 300), NOW);
        Pass early = asked.next(first.state(), busy(6, 300), NOW.plusSeconds(14));
        assertThat(early.decision().desired()).isEqualTo(6);
        assertThat(early.decision().explain())
                .anyMatch(line -> line.contains("ScaleUpLimit"))
                .first()
                .isEqualTo("stays at 6");
    }

    @Test
    void aNumberOutsideTheBoundsIsCorrectedWithoutReadingAnything() {
        var nothing = new Observation(12, 12, List.of(), Map.of());
        assertThat(asked.next(ScaleState.fresh(), nothing, NOW).decision().desired()).isEqualTo(10);
        var few = new Observation(1, 1, List.of(), Map.of());
        Pass raised = asked.next(ScaleState.fresh(), few, NOW);
        assertThat(raised.decision().desired()).isEqualTo(3);
        assertThat(raised.state().ups().changeWithin(Duration.ofSeconds(15), NOW)).isEqualTo(2);
        assertThat(raised.decision().error()).isEmpty();
    }

    @Test
    void withoutBehaviorNoEventIsKept() {
        var policy = new ScalePolicy(ScaleSettings.of(3, 10, List.of(Asked.CPU), Optional.empty()));
        Pass pass = policy.next(ScaleState.fresh(), busy(3, 200), NOW);
        assertThat(pass.decision().desired()).isEqualTo(6);
        assertThat(pass.state().ups()).isEqualTo(ScaleEvents.NONE);
    }

    @Test
    void aFleetSetToZeroByHandIsLeftAlone() {
        Pass pass = asked.next(ScaleState.fresh(), new Observation(0, 0, List.of(), Map.of()), NOW);
        assertThat(pass.decision().scaled()).isFalse();
        assertThat(reasons(pass)).containsExactly("ScalingDisabled");
    }

    @Test
    void aFleetThatTheAutoscalerBroughtToZeroComesBackByAMetricThatNeedsNoInstance() {
        var policy = new ScalePolicy(toZero());
        var begun = ScaleState.fresh().begun(0, LONG_AGO).withScaledToZero(false);
        Pass down = policy.next(begun, queued(2, 0), NOW);
        assertThat(down.decision().desired()).isZero();
        assertThat(down.state().scaledToZero()).isTrue();
        Pass up = policy.next(down.state(), queued(0, 11), NOW.plusSeconds(15));
        assertThat(up.decision().desired()).isEqualTo(2);
        assertThat(up.state().scaledToZero()).isFalse();
        assertThat(policy.next(begun, queued(0, 11), NOW).decision().desired()).isZero();
    }

    @Test
    void anUnreadableMetricChangesNothingAndIsExplained() {
        Pass pass =
                asked.next(
                        ScaleState.fresh(),
                        new Observation(
                                5,
                                5,
                                replicas(5),
                                Map.of("cpu", new Reading.Failed("no permission"))),
                        NOW);
        assertThat(pass.decision().scaled()).isFalse();
        assertThat(pass.decision().error())
                .hasValueSatisfying(error ->
                        assertThat(error)
                                .startsWith(
                                        "invalid metrics (2 invalid out of 2), first error is: cpu: no"));
        assertThat(String.join("\n", pass.decision().explain()))
                .contains("stays at 5", "cpu: unknown, no permission", "memory: unknown");
    }

    @Test
    void aDecisionExplainsItsSums() {
        Pass pass = asked.next(ScaleState.fresh(), busy(3, 120), NOW);
        assertThat(pass.decision().explain())
                .startsWith(
                        "3 -> 6: cpu above target",
                        "  cpu: 120% of target 70%, ratio 1.714 (3 ready, 0 unready, 0 missing, 0"
                                + " ignored) -> 6 = ceil(1.714 * 3 ready)",
                        "  memory: 10% of target 80%, ratio 0.1250 (3 ready, 0 unready, 0"
                                + " missing, 0 ignored) -> 1 = ceil(0.1250 * 3 ready)",
                        "  proposed 6, after the windows 6, after the limits 6");
    }

    @Test
    void noMetricsMeanCpuAtEightyPercent() {
        assertThat(ScaleSettings.of(1, 2, List.of(), Optional.empty()).metrics())
                .containsExactly(new Metric.Utilization("cpu utilization", Resource.CPU, 80));
    }

    private static Optional<Behavior> behavior() {
        return Optional.of(Asked.BEHAVIOR);
    }

    private static ScaleSettings toZero() {
        return new ScaleSettings(
                0,
                10,
                List.of(QUEUE),
                Optional.of(Behavior.defaults()),
                0.1,
                Duration.ZERO,
                ScaleSettings.READINESS,
                LegacyLimit.DEFAULT,
                true,
                true);
    }

    private static Observation queued(int current, long length) {
        return new Observation(
                current,
                current,
                replicas(current),
                Map.of("queue", new Reading.Global(List.of(length))));
    }

    /** All instances use this much of their CPU, and a tenth of their memory. */
    private static Observation busy(int current, long cpuPercent) {
        var cpu = new HashMap<String, Sample>();
        var memory = new HashMap<String, Sample>();
        for (var i = 0; i < current; i++) {
            cpu.put("i" + i, new Sample(cpuPercent * 10, NOW, Duration.ofSeconds(30)));
            memory.put("i" + i, new Sample(10, NOW, Duration.ofSeconds(30)));
        }
        return new Observation(
                current,
                current,
                replicas(current),
                Map.of(
                        "cpu",
                        new Reading.PerReplica(cpu),
                        "memory",
                        new Reading.PerReplica(memory)));
    }

    private static List<Replica> replicas(int count) {
        var replicas = new ArrayList<Replica>();
        for (var i = 0; i < count; i++) {
            replicas.add(
                    new Replica(
                            "i" + i,
                            Phase.RUNNING,
                            false,
                            Optional.of(LONG_AGO),
                            Optional.of(new Ready(true, LONG_AGO)),
                            Map.of(Resource.CPU, 1000L, Resource.MEMORY, 100L)));
        }
        return replicas;
    }

    private static List<String> reasons(Pass pass) {
        return pass.decision().conditions().stream().map(Condition::reason).toList();
    }
}

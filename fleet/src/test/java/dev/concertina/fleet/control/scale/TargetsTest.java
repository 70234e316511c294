package dev.concertina.fleet.control.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.scale.Metric.Origin;
import dev.concertina.fleet.control.scale.Replica.Phase;
import dev.concertina.fleet.control.scale.Replica.Ready;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the upstream tables do not pin: rounding, tolerance edges, the ends of int and long. */
class TargetsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Tolerance TENTH = new Tolerance(0.1, 0.1);

    @ParameterizedTest
    @CsvSource({
        // 109.9 % is 109 %, inside 10 %; so is 110 %, since both ends are included.
        "1099, 100, 4, 109",
        "1100, 100, 4, 110",
        // 110.9 % is 110 %; 111 % is outside.
        "1109, 100, 4, 110",
        "1110, 100, 5, 111",
        // 0.9 is inside, 0.89 is not.
        "900, 100, 4, 90",
        "899, 100, 4, 89",
        "700, 70, 4, 70",
        "770, 70, 4, 77",
        "780, 70, 5, 78"
    })
    void utilizationIsCutToAPercentBeforeItIsCompared(
            long milliCores, int target, int replicas, int percent) {
        Proposal.Count count = utilization(target, milliCores, milliCores, milliCores, milliCores);
        assertThat(count.replicas()).isEqualTo(replicas);
        assertThat(count.utilization()).hasValue(percent);
    }

    @Test
    void aToleranceOfZeroStillAcceptsTheTargetItself() {
        assertThat(new Tolerance(0, 0).covers(1.0)).isTrue();
        assertThat(new Tolerance(0, 0).covers(Math.nextUp(1.0))).isFalse();
    }

    @Test
    void toleranceIncludesBothEndsAsDoublesHaveThem() {
        assertThat(TENTH.covers(1.1)).isTrue();
        assertThat(TENTH.covers(Math.nextUp(1.1))).isFalse();
        assertThat(TENTH.covers(0.9)).isTrue();
        assertThat(TENTH.covers(Math.nextDown(0.9))).isFalse();
        assertThat(TENTH.covers(Double.NaN)).isFalse();
    }

    @Test
    void meansAreCutToo() {
        var metric = new Metric.Average("queue", Optional.empty(), 100);
        Proposal.Count count = count(metric, perReplica(110, 111, 111), 3, Long.MAX_VALUE);
        assertThat(count.usage()).isEqualTo(110);
        assertThat(count.replicas()).isEqualTo(3);
    }

    @Test
    void aTotalAtTheEndOfLongSaturatesAtTheLargestInt() {
        var metric = new Metric.Total("queue", Origin.EXTERNAL, 1);
        Proposal.Count count =
                count(metric, new Reading.Global(List.of(Long.MAX_VALUE, 1L)), 3, 1000);
        assertThat(count.replicas()).isEqualTo(Integer.MAX_VALUE);
        assertThat(count.usage()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aSharedTotalAtTheEndOfLongSaturatesToo() {
        var metric = new Metric.TotalPerReplica("queue", Origin.EXTERNAL, 1);
        Proposal.Count count =
                count(metric, new Reading.Global(List.of(Long.MAX_VALUE, Long.MAX_VALUE)), 3, 1000);
        assertThat(count.replicas()).isEqualTo(Integer.MAX_VALUE);
        assertThat(count.usage()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anInstanceWithoutARequestMakesUtilizationUnknown() {
        var metric = new Metric.Utilization("memory", Resource.MEMORY, 80);
        assertThat(proposal(metric, perReplica(1, 1), 2, 1000))
                .isEqualTo(new Proposal.Unknown("missing request for memory in Pod i0"));
    }

    @Test
    void aMissingInstanceCountsAsFullOnTheWayDownAndAsIdleOnTheWayUp() {
        var metric = new Metric.Utilization("cpu", Resource.CPU, 50);
        // (100+100+1000)/3000 = 40 % of 50 %: 0.8 * 3.
        assertThat(count(metric, perReplica(100, 100), 3, 1000).replicas()).isEqualTo(3);
        // (1000+1000+0)/3000 = 66 % of 50 %: 1.32 * 3.
        assertThat(count(metric, perReplica(1000, 1000), 3, 1000).replicas()).isEqualTo(4);
    }

    @Test
    void allMetricsUnknownOrSomeAndFewerWantedMeansNoChange() {
        var cpu = new Metric.Utilization("cpu", Resource.CPU, 50);
        var queue = new Metric.Total("queue", Origin.OBJECT, 10);
        List<Metric> both = List.of(cpu, queue);
        assertThat(combined(both, Map.of()).replicas()).isEmpty();
        assertThat(combined(both, Map.of("cpu", perReplica(100, 100, 100))).replicas()).isEmpty();
        CombinedProposal up = combined(both, Map.of("cpu", perReplica(900, 900, 900)));
        assertThat(up.replicas()).hasValue(6);
        assertThat(up.error())
                .hasValue(
                        "invalid metrics (1 invalid out of 2), first error is: queue: nothing was"
                                + " read");
    }

    private static Proposal.Count utilization(int target, long... milliCores) {
        var metric = new Metric.Utilization("cpu", Resource.CPU, target);
        return count(metric, perReplica(milliCores), milliCores.length, 1000);
    }

    private static Proposal.Count count(
            Metric metric, Reading reading, int instances, long request) {
        return (Proposal.Count) proposal(metric, reading, instances, request);
    }

    private static Proposal proposal(Metric metric, Reading reading, int instances, long request) {
        return CombinedProposal.of(
                        List.of(metric),
                        Map.of(metric.name(), reading),
                        situation(instances, request))
                .metrics()
                .getFirst()
                .proposal();
    }

    private static CombinedProposal combined(List<Metric> metrics, Map<String, Reading> readings) {
        return CombinedProposal.of(metrics, readings, situation(3, 1000));
    }

    private static Situation situation(int instances, long cpuRequest) {
        Instant longAgo = NOW.minus(Duration.ofDays(1));
        var replicas = new ArrayList<Replica>();
        for (var i = 0; i < instances; i++) {
            replicas.add(
                    new Replica(
                            "i" + i,
                            Phase.RUNNING,
                            false,
                            Optional.of(longAgo),
                            Optional.of(new Ready(true, longAgo)),
                            Map.of(Resource.CPU, cpuRequest)));
        }
        return new Situation(instances, instances, replicas, TENTH, ScaleSettings.READINESS, NOW);
    }

    private static Reading perReplica(long... values) {
        var samples = new HashMap<String, Sample>();
        for (var i = 0; i < values.length; i++) {
            samples.put("i" + i, new Sample(values[i], NOW, Duration.ofSeconds(60)));
        }
        return new Reading.PerReplica(samples);
    }
}

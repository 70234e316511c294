package dev.concertina.fleet.control.scale;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The largest of what the metrics ask for. Nothing shrinks on partial knowledge: when one metric is
 * unknown, the others may only keep or add.
 *
 * <p>Source: horizontal.go {@code computeReplicasForMetrics}, {@code computeReplicasForMetric}.
 *
 * @param replicas empty when nothing may be changed
 * @param decisive name of the metric that asked for the most
 * @param error the first metric that is unknown, also when the others decide
 */
record CombinedProposal(
        OptionalInt replicas,
        Optional<String> decisive,
        Optional<String> error,
        List<ScaleDecision.MetricProposal> metrics) {

    static CombinedProposal of(
            List<Metric> metrics, Map<String, Reading> readings, Situation situation) {
        var proposals = new ArrayList<ScaleDecision.MetricProposal>();
        var most = 0;
        var unknown = 0;
        Optional<String> decisive = Optional.empty();
        Optional<String> error = Optional.empty();
        for (Metric metric : metrics) {
            Reading reading =
                    readings.getOrDefault(metric.name(), new Reading.Failed("nothing was read"));
            Proposal proposal = propose(metric, reading, situation);
            proposals.add(new ScaleDecision.MetricProposal(metric, proposal));
            switch (proposal) {
                case Proposal.Unknown(String reason) -> {
                    error = error.or(() -> Optional.of(metric.name() + ": " + reason));
                    unknown++;
                }
                case Proposal.Count count -> {
                    if (most == 0 || count.replicas() > most) {
                        most = count.replicas();
                        decisive = Optional.of(metric.name());
                    }
                }
            }
        }
        int invalid = unknown;
        Optional<String> first =
                error.map(reason ->
                        "invalid metrics (%d invalid out of %d), first error is: %s"
                                .formatted(invalid, metrics.size(), reason));
        boolean stuck = unknown >= metrics.size() || (unknown > 0 && most < situation.current());
        return new CombinedProposal(
                stuck ? OptionalInt.empty() : OptionalInt.of(most), decisive, first, proposals);
    }

    private static Proposal propose(Metric metric, Reading reading, Situation situation) {
        if (reading instanceof Reading.Failed(String reason)) {
            return new Proposal.Unknown(reason);
        }
        return switch (metric) {
            case Metric.Utilization utilization when reading instanceof Reading.PerReplica each ->
                    new UtilizationTarget(utilization).propose(each.samples(), situation);
            case Metric.Average average when reading instanceof Reading.PerReplica each ->
                    new AverageTarget(average).propose(each.samples(), situation);
            case Metric.Total total when reading instanceof Reading.Global one ->
                    new TotalTarget(total).propose(one.values(), situation);
            case Metric.TotalPerReplica shared when reading instanceof Reading.Global one ->
                    new TotalPerReplicaTarget(shared).propose(one.values(), situation);
            default ->
                    throw new IllegalArgumentException(
                            metric + " was read as " + reading.getClass().getSimpleName());
        };
    }
}

package dev.concertina.fleet.control.scale;

import dev.concertina.fleet.control.scale.Metric.Origin;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One number for the whole fleet, such as the length of a queue.
 *
 * <p>Source: replica_calculator.go {@code GetObjectMetricReplicas}, {@code
 * GetExternalMetricReplicas}, {@code getUsageRatioReplicaCount}, {@code getReadyPodsCount}.
 */
record TotalTarget(Metric.Total metric) {

    Proposal propose(List<Long> values, Situation situation) {
        if (values.isEmpty()) {
            return noValue(metric.name());
        }
        long usage = metric.origin() == Origin.OBJECT ? values.getFirst() : sum(values);
        double ratio = (double) usage / (double) metric.target();
        if (situation.current() == 0) {
            return count((int) Math.ceil(ratio), ratio, usage, "ceil(%.4g), from none", ratio);
        }
        if (situation.tolerance().covers(ratio)) {
            String within = "ratio %.4g is within " + situation.tolerance();
            return count(situation.current(), ratio, usage, within, ratio);
        }
        if (situation.replicas().isEmpty()) {
            return AverageTarget.NO_REPLICAS;
        }
        long serving = situation.replicas().stream().filter(Replica::serving).count();
        String why = "ceil(%.4g * " + serving + " ready)";
        return count((int) Math.ceil(ratio * (double) serving), ratio, usage, why, ratio);
    }

    static Proposal noValue(String metric) {
        return new Proposal.Unknown("unable to get metric " + metric + ": no value was returned");
    }

    /** Upstream caps a positive overflow only. */
    private static long sum(List<Long> values) {
        var usage = 0L;
        for (long value : values) {
            if (value > 0 && usage > Long.MAX_VALUE - value) {
                return Long.MAX_VALUE;
            }
            usage += value;
        }
        return usage;
    }

    private static Proposal count(
            int replicas, double ratio, long usage, String why, double shown) {
        return new Proposal.Count(
                replicas,
                ratio,
                OptionalInt.empty(),
                usage,
                Optional.empty(),
                String.format(Locale.ROOT, why, shown));
    }
}

package dev.concertina.fleet.control.scale;

import dev.concertina.fleet.control.scale.Metric.Origin;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One number for the whole fleet that is shared out, such as 30 queued jobs for each instance.
 *
 * <p>Source: replica_calculator.go {@code GetObjectPerPodMetricReplicas}, {@code
 * GetExternalPerPodMetricReplicas}, {@code getPerPodUsage}.
 */
record TotalPerReplicaTarget(Metric.TotalPerReplica metric) {

    Proposal propose(List<Long> values, Situation situation) {
        if (values.isEmpty()) {
            return TotalTarget.noValue(metric.name());
        }
        long usage = metric.origin() == Origin.OBJECT ? values.getFirst() : sum(values);
        int status = situation.status();
        // At 0 instances this is infinite, or not a number: neither is within tolerance.
        double ratio = (double) usage / ((double) metric.target() * (double) status);
        boolean within = situation.tolerance().covers(ratio);
        int replicas = within ? status : (int) Math.ceil((double) usage / (double) metric.target());
        return new Proposal.Count(
                replicas,
                ratio,
                OptionalInt.empty(),
                perReplica(usage, status),
                Optional.empty(),
                within
                        ? String.format(
                                Locale.ROOT,
                                "ratio %.4g is within %s",
                                ratio,
                                situation.tolerance())
                        : "ceil(" + usage + " / " + metric.target() + ")");
    }

    /** A sum below 0 is taken for an overflow, as upstream does here. */
    private static long sum(List<Long> values) {
        var usage = 0L;
        for (long value : values) {
            usage += value;
            if (usage < 0) {
                return Long.MAX_VALUE;
            }
        }
        return usage;
    }

    private static long perReplica(long usage, int status) {
        if ((double) usage >= (double) Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        return status == 0 ? 0 : (long) Math.ceil((double) usage / (double) status);
    }
}

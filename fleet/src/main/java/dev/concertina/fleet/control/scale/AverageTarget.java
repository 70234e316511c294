package dev.concertina.fleet.control.scale;

import dev.concertina.fleet.control.scale.Recount.Figure;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A mean per instance, such as 100 requests/s each.
 *
 * <p>Source: replica_calculator.go {@code GetRawResourceReplicas}, {@code GetMetricReplicas},
 * {@code calcPlainMetricReplicas}; metrics/utilization.go {@code GetMetricUsageRatio}.
 */
record AverageTarget(Metric.Average metric) {

    static final Proposal NO_REPLICAS =
            new Proposal.Unknown("no pods returned by selector while calculating replica count");
    static final Proposal NOTHING_LEFT =
            new Proposal.Unknown(
                    "did not receive metrics for targeted pods (pods might be unready)");

    Proposal propose(Map<String, Sample> samples, Situation situation) {
        if (samples.isEmpty()) {
            return new Proposal.Unknown(
                    "unable to get metric "
                            + metric.name()
                            + ": no metrics returned from custom metrics API");
        }
        if (situation.replicas().isEmpty()) {
            return NO_REPLICAS;
        }
        ReplicaGroups groups =
                ReplicaGroups.of(
                        situation.replicas(),
                        samples,
                        metric.resource(),
                        situation.rules(),
                        situation.now());
        Map<String, Long> counted = groups.counted(samples);
        if (counted.isEmpty()) {
            return NOTHING_LEFT;
        }
        return new Recount(situation, groups, new Gauge(metric.target())).of(counted);
    }

    private record Gauge(long target) implements Recount.Gauge {
        @Override
        public Optional<Figure> measure(Map<String, Long> usage) {
            var total = 0L;
            for (long value : usage.values()) {
                total += value;
            }
            long mean = total / usage.size();
            return Optional.of(
                    new Figure((double) mean / (double) target, OptionalInt.empty(), mean));
        }

        @Override
        public long assumed(String replica) {
            return target;
        }
    }
}

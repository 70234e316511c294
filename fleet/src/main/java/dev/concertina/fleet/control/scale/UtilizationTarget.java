package dev.concertina.fleet.control.scale;

import dev.concertina.fleet.control.scale.Recount.Figure;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Percent of the requested resource, such as CPU at 70 %.
 *
 * <p>Source: replica_calculator.go {@code GetResourceReplicas}, {@code calculateRequests};
 * metrics/utilization.go {@code GetResourceUtilizationRatio}. The percentage is an integer, rounded
 * down, before it becomes a ratio.
 */
record UtilizationTarget(Metric.Utilization metric) {

    Proposal propose(Map<String, Sample> samples, Situation situation) {
        if (samples.isEmpty()) {
            return new Proposal.Unknown(
                    "unable to get metrics for resource "
                            + metric.resource()
                            + ": no metrics returned from resource metrics API");
        }
        if (situation.replicas().isEmpty()) {
            return AverageTarget.NO_REPLICAS;
        }
        ReplicaGroups groups =
                ReplicaGroups.of(
                        situation.replicas(),
                        samples,
                        Optional.of(metric.resource()),
                        situation.rules(),
                        situation.now());
        Map<String, Long> counted = groups.counted(samples);
        if (counted.isEmpty()) {
            return AverageTarget.NOTHING_LEFT;
        }
        var requests = new HashMap<String, Long>();
        for (Replica replica : situation.replicas()) {
            Long request = replica.requests().get(metric.resource());
            if (request == null) {
                return new Proposal.Unknown(
                        "missing request for " + metric.resource() + " in Pod " + replica.name());
            }
            requests.put(replica.name(), request);
        }
        return new Recount(situation, groups, new Gauge(requests, metric.target())).of(counted);
    }

    private record Gauge(Map<String, Long> requests, int target) implements Recount.Gauge {
        @Override
        public Optional<Figure> measure(Map<String, Long> usage) {
            var usageTotal = 0L;
            var requestTotal = 0L;
            var known = 0L;
            for (Map.Entry<String, Long> sample : usage.entrySet()) {
                Long request = requests.get(sample.getKey());
                if (request != null) {
                    usageTotal += sample.getValue();
                    requestTotal += request;
                    known++;
                }
            }
            if (requestTotal == 0) {
                return Optional.empty();
            }
            var utilization = (int) (usageTotal * 100 / requestTotal);
            return Optional.of(
                    new Figure(
                            (double) utilization / (double) target,
                            OptionalInt.of(utilization),
                            usageTotal / known));
        }

        /** All of its request, or the target where that is more. */
        @Override
        public long assumed(String replica) {
            return requests.getOrDefault(replica, 0L) * Math.max(100, target) / 100;
        }
    }
}

package dev.concertina.fleet.control.scale;

import java.util.Optional;
import java.util.OptionalInt;

/** What one metric asks for. */
public sealed interface Proposal {
    /**
     * @param ratio measured divided by target; above 1 is too busy
     * @param utilization percent of the requests, rounded down, for a utilization target
     * @param usage what upstream reports in the status: mean per instance, or the total for a value
     *     target
     * @param groups how the instances were sorted, for metrics that have one sample each
     * @param why the sum that led to the number
     */
    record Count(
            int replicas,
            double ratio,
            OptionalInt utilization,
            long usage,
            Optional<ReplicaGroups> groups,
            String why)
            implements Proposal {}

    /** The metric says nothing; upstream's words, so that they can be searched for. */
    record Unknown(String reason) implements Proposal {}
}

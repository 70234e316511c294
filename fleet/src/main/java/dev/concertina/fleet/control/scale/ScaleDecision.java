package dev.concertina.fleet.control.scale;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One pass's answer and everything it was derived from, for {@code explain}.
 *
 * @param current instances that were wanted before
 * @param desired instances that are wanted from now on
 * @param proposal what the metrics ask for; empty when none was read, or none may decide
 * @param stabilized the proposal after the windows
 * @param reason in one sentence; empty when nothing changes
 * @param conditions upstream's: AbleToScale, ScalingActive, ScalingLimited
 * @param error a metric that is unknown; the others may have decided all the same
 */
public record ScaleDecision(
        Instant at,
        int current,
        int desired,
        OptionalInt proposal,
        OptionalInt stabilized,
        String reason,
        List<Condition> conditions,
        List<MetricProposal> metrics,
        Optional<String> error) {

    public ScaleDecision {
        conditions = List.copyOf(conditions);
        metrics = List.copyOf(metrics);
    }

    public record Condition(Kind kind, boolean status, String reason, String message) {
        public enum Kind {
            ABLE_TO_SCALE("AbleToScale"),
            SCALING_ACTIVE("ScalingActive"),
            SCALING_LIMITED("ScalingLimited");

            private final String text;

            Kind(String text) {
                this.text = text;
            }

            @Override
            public String toString() {
                return text;
            }
        }
    }

    public record MetricProposal(Metric metric, Proposal proposal) {}

    public boolean scaled() {
        return desired != current;
    }

    /** Lines for people: the step, each metric with its sum, the windows and limits. */
    public List<String> explain() {
        var lines = new ArrayList<String>();
        lines.add(
                scaled()
                        ? "%d -> %d: %s".formatted(current, desired, reason)
                        : "stays at " + current);
        metrics.forEach(metric -> lines.add("  " + line(metric)));
        if (proposal.isPresent() && stabilized.isPresent()) {
            lines.add(
                    "  proposed %d, after the windows %d, after the limits %d"
                            .formatted(proposal.getAsInt(), stabilized.getAsInt(), desired));
        }
        for (Condition condition : conditions) {
            lines.add(
                    "  %s=%s %s: %s"
                            .formatted(
                                    condition.kind(),
                                    condition.status() ? "True" : "False",
                                    condition.reason(),
                                    condition.message()));
        }
        error.ifPresent(text -> lines.add("  error: " + text));
        return lines;
    }

    private static String line(MetricProposal metric) {
        return switch (metric.proposal()) {
            case Proposal.Unknown(String why) -> metric.metric().name() + ": unknown, " + why;
            case Proposal.Count count ->
                    String.format(
                            Locale.ROOT,
                            "%s: %s, ratio %.4g%s -> %d = %s",
                            metric.metric().name(),
                            measured(metric.metric(), count),
                            count.ratio(),
                            count.groups().map(groups -> " (" + groups + ")").orElse(""),
                            count.replicas(),
                            count.why());
        };
    }

    private static String measured(Metric metric, Proposal.Count count) {
        return switch (metric) {
            case Metric.Utilization it ->
                    count.utilization().orElse(0) + "% of target " + it.target() + "%";
            case Metric.Average it -> count.usage() + " each, target " + it.target();
            case Metric.Total it -> count.usage() + ", target " + it.target();
            case Metric.TotalPerReplica it ->
                    count.usage() + " each, target " + it.target() + " each";
        };
    }
}

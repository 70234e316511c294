package dev.concertina.fleet.control.scale;

import dev.concertina.fleet.control.scale.Recommendations.Stabilized;
import dev.concertina.fleet.control.scale.ScaleDecision.Condition;
import dev.concertina.fleet.control.scale.ScaleDecision.Condition.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How many instances there should be. An immutable state machine: settings, state, observation and
 * time in; state and decision out. One call is one pass; upstream makes one every {@link
 * ScaleSettings#SYNC_PERIOD}.
 *
 * <p>Source: horizontal.go {@code reconcileAutoscaler}, {@code normalizeDesiredReplicas}, {@code
 * normalizeDesiredReplicasWithBehaviors}, {@code shouldComputeMetricsForZeroReplicas}. Upstream
 * remembers a change once the API server took it; here the caller carries a decision out before it
 * calls again.
 */
public record ScalePolicy(ScaleSettings settings) {

    public record Pass(ScaleState state, ScaleDecision decision) {}

    public Pass next(ScaleState before, Observation seen, Instant now) {
        ScaleState state = before.begun(seen.current(), now);
        int current = seen.current();
        if (current == 0 && !mayLeaveZero(state)) {
            return disabled(state, now);
        }
        if (current > settings.max()) {
            return bound(state, current, settings.max(), "above the maximum", now);
        }
        if (current > 0 && current < settings.min()) {
            return bound(state, current, settings.min(), "below the minimum", now);
        }
        return measure(state, seen, now);
    }

    private boolean mayLeaveZero(ScaleState state) {
        return settings.scaleToZero()
                && state.scaledToZero()
                && (settings.min() != 0 || settings.hasMetricKnownAtZero());
    }

    private Pass disabled(ScaleState state, Instant now) {
        var condition =
                new Condition(
                        Kind.SCALING_ACTIVE,
                        false,
                        "ScalingDisabled",
                        "scaling is disabled since the replica count of the target is zero");
        var decision =
                new ScaleDecision(
                        now,
                        0,
                        0,
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        "",
                        List.of(condition),
                        List.of(),
                        Optional.empty());
        ScaleState after = settings.scaleToZero() ? state : state.withScaledToZero(false);
        return new Pass(after, decision);
    }

    /** No metric is read and nothing is smoothed: the bounds were moved, or somebody's hand did. */
    private Pass bound(ScaleState state, int current, int desired, String where, Instant now) {
        var decision =
                new ScaleDecision(
                        now,
                        current,
                        desired,
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        "the current number is " + where,
                        List.of(rescaled(desired)),
                        List.of(),
                        Optional.empty());
        return new Pass(remember(state, current, desired, now), decision);
    }

    private Pass measure(ScaleState state, Observation seen, Instant now) {
        var situation =
                new Situation(
                        seen.current(),
                        seen.status(),
                        seen.replicas(),
                        settings.effectiveTolerance(),
                        settings.readiness(),
                        now);
        CombinedProposal combined =
                CombinedProposal.of(settings.metrics(), seen.readings(), situation);
        if (combined.replicas().isEmpty()) {
            return stuck(state, seen.current(), combined, now);
        }
        return normalise(state, seen.current(), combined, now);
    }

    private static Pass stuck(
            ScaleState state, int current, CombinedProposal combined, Instant now) {
        String error = combined.error().orElse("");
        var condition =
                new Condition(
                        Kind.SCALING_ACTIVE,
                        false,
                        "FailedGetMetrics",
                        "the HPA was unable to compute the replica count: " + error);
        var decision =
                new ScaleDecision(
                        now,
                        current,
                        current,
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        "",
                        List.of(condition),
                        combined.metrics(),
                        combined.error());
        return new Pass(state, decision);
    }

    private Pass normalise(ScaleState state, int current, CombinedProposal combined, Instant now) {
        int proposal = Math.max(0, combined.replicas().orElse(0));
        Stabilized stabilized = stabilise(state, current, proposal, now);
        Limited limited = limit(state, current, stabilized.replicas(), now);
        int desired = limited.replicas();
        if (current == 0 && desired < settings.min()) {
            desired = settings.min();
        }
        var conditions = new ArrayList<Condition>();
        conditions.add(
                desired == current
                        ? smoothed(current, proposal, stabilized.replicas())
                        : rescaled(desired));
        conditions.add(
                new Condition(
                        Kind.SCALING_ACTIVE,
                        true,
                        "ValidMetricFound",
                        "the HPA was able to successfully calculate a replica count from "
                                + combined.decisive().orElse("")));
        conditions.add(
                new Condition(
                        Kind.SCALING_LIMITED,
                        limited.replicas() != stabilized.replicas(),
                        limited.reason(),
                        limited.message()));
        var decision =
                new ScaleDecision(
                        now,
                        current,
                        desired,
                        OptionalInt.of(proposal),
                        OptionalInt.of(stabilized.replicas()),
                        reason(current, proposal, desired, combined),
                        conditions,
                        combined.metrics(),
                        combined.error());
        ScaleState recorded = state.with(stabilized.after());
        return new Pass(remember(recorded, current, desired, now), decision);
    }

    private Stabilized stabilise(ScaleState state, int current, int proposal, Instant now) {
        Recommendations recent = state.recommendations().orElseThrow();
        if (settings.behavior().isEmpty()) {
            return recent.largest(proposal, settings.downscaleStabilization(), now);
        }
        Behavior behavior = settings.behavior().get();
        return recent.agreed(
                current,
                proposal,
                behavior.up().window().orElseThrow(),
                behavior.down().window().orElse(settings.downscaleStabilization()),
                now);
    }

    private Limited limit(ScaleState state, int current, int stabilized, Instant now) {
        if (settings.behavior().isEmpty()) {
            return settings.legacyLimit()
                    .apply(current, stabilized, settings.min(), settings.max());
        }
        return new RateLimit(state.ups(), state.downs(), now)
                .apply(
                        current,
                        stabilized,
                        settings.min(),
                        settings.max(),
                        settings.behavior().get());
    }

    private ScaleState remember(ScaleState state, int current, int desired, Instant now) {
        if (desired == current) {
            return state;
        }
        boolean toZero =
                settings.scaleToZero()
                        && desired == 0
                        && settings.min() == 0
                        && settings.hasMetricKnownAtZero();
        return state.scaled(current, desired, settings.behavior(), now).withScaledToZero(toZero);
    }

    private static String reason(
            int current, int proposal, int desired, CombinedProposal combined) {
        if (desired == current) {
            return "";
        }
        if (proposal > current) {
            return combined.decisive().orElse("") + " above target";
        }
        return proposal < current
                ? "All metrics below target"
                : "the windows or the minimum ask for it";
    }

    private Condition smoothed(int current, int proposal, int stabilized) {
        if (stabilized == proposal) {
            return new Condition(
                    Kind.ABLE_TO_SCALE,
                    true,
                    "ReadyForNewScale",
                    "recommended size matches current size");
        }
        boolean up = settings.behavior().isPresent() && proposal >= current;
        return new Condition(
                Kind.ABLE_TO_SCALE,
                true,
                up ? "ScaleUpStabilized" : "ScaleDownStabilized",
                up
                        ? "recent recommendations were lower than current one, applying the lowest"
                                + " recent recommendation"
                        : "recent recommendations were higher than current one, applying the"
                                + " highest recent recommendation");
    }

    private static Condition rescaled(int desired) {
        return new Condition(
                Kind.ABLE_TO_SCALE,
                true,
                "SucceededRescale",
                "the HPA controller was able to update the target scale to " + desired);
    }
}

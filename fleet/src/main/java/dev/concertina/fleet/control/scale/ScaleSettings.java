package dev.concertina.fleet.control.scale;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What an autoscaler was asked for: the HorizontalPodAutoscaler's spec and the controller's flags.
 *
 * @param metrics none given: CPU at 80 % of its request
 * @param behavior empty: the older rules of before {@code behavior}, as upstream does
 * @param downscaleStabilization the window for scaling down where {@code behavior} names none
 * @param perDirectionTolerance whether {@code behavior} may set the tolerance; upstream's gate
 *     HPAConfigurableTolerance
 * @param scaleToZero whether a fleet may be brought back from 0; upstream's gate HPAScaleToZero
 */
public record ScaleSettings(
        int min,
        int max,
        List<Metric> metrics,
        Optional<Behavior> behavior,
        double tolerance,
        Duration downscaleStabilization,
        ReplicaGroups.Rules readiness,
        LegacyLimit legacyLimit,
        boolean perDirectionTolerance,
        boolean scaleToZero) {

    /** How often upstream's controller makes a pass. */
    public static final Duration SYNC_PERIOD = Duration.ofSeconds(15);

    public static final double TOLERANCE = 0.1;
    public static final Duration DOWNSCALE_STABILIZATION = Duration.ofMinutes(5);
    public static final ReplicaGroups.Rules READINESS =
            new ReplicaGroups.Rules(Duration.ofMinutes(5), Duration.ofSeconds(30));

    private static final Metric DEFAULT_METRIC =
            new Metric.Utilization("cpu utilization", Resource.CPU, 80);

    public ScaleSettings {
        metrics = metrics.isEmpty() ? List.of(DEFAULT_METRIC) : List.copyOf(metrics);
        if (min < 0) {
            throw new IllegalArgumentException("min is " + min + ". Give 0 or more.");
        }
        if (max < 1 || max < min) {
            throw new IllegalArgumentException(
                    "max is %d but min is %d. Raise max to %d or more, or lower min."
                            .formatted(max, min, Math.max(min, 1)));
        }
        if (!(tolerance >= 0)) {
            throw new IllegalArgumentException(
                    "tolerance is " + tolerance + ". Give 0 or more, such as 0.1.");
        }
        var names = new HashSet<String>();
        for (Metric metric : metrics) {
            if (!names.add(metric.name())) {
                throw new IllegalArgumentException(
                        "two metrics are named " + metric.name() + ". Rename one.");
            }
        }
    }

    /** With upstream's defaults for everything that is not named here. */
    public static ScaleSettings of(
            int min, int max, List<Metric> metrics, Optional<Behavior> behavior) {
        return new ScaleSettings(
                min,
                max,
                metrics,
                behavior,
                TOLERANCE,
                DOWNSCALE_STABILIZATION,
                READINESS,
                LegacyLimit.DEFAULT,
                true,
                false);
    }

    Tolerance effectiveTolerance() {
        return behavior.filter(given -> perDirectionTolerance)
                .map(given -> given.tolerance(tolerance))
                .orElseGet(() -> new Tolerance(tolerance, tolerance));
    }

    boolean hasMetricKnownAtZero() {
        return metrics.stream().anyMatch(Metric::knownAtZero);
    }
}

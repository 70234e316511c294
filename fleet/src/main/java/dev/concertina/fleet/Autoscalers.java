package dev.concertina.fleet;

import dev.concertina.fleet.control.Range;
import dev.concertina.fleet.control.scale.Autoscaler;
import dev.concertina.fleet.control.scale.Behavior;
import dev.concertina.fleet.control.scale.Behavior.Given;
import dev.concertina.fleet.control.scale.LegacyLimit;
import dev.concertina.fleet.control.scale.LocalLoad;
import dev.concertina.fleet.control.scale.Metric;
import dev.concertina.fleet.control.scale.Resource;
import dev.concertina.fleet.control.scale.ScaleSettings;
import dev.concertina.fleet.control.scale.ScalingRules;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Manifest.Autoscale;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What the manifest says about the number of instances, in control's words. */
final class Autoscalers {
    private static final double HUNDREDTHS_OF_PERCENT = 10_000;

    private Autoscalers() {}

    static Range range(Manifest manifest) {
        var instances = manifest.instances();
        // One number is where to begin, not a bound.
        return instances.min() == instances.max()
                ? Range.any()
                : new Range(instances.min(), instances.max());
    }

    static Optional<Autoscaler> of(Manifest manifest) {
        return manifest.autoscale()
                .map(a ->
                        Autoscaler.of(
                                settings(manifest.instances(), a), load(a), a.window(), a.every()));
    }

    static ScaleSettings settings(Manifest.Instances instances, Autoscale a) {
        return new ScaleSettings(
                instances.min(),
                instances.max(),
                metrics(a),
                a.up().isPresent() || a.down().isPresent()
                        ? Optional.of(Behavior.of(given(a.up()), given(a.down())))
                        : Optional.empty(),
                a.tolerance() / HUNDREDTHS_OF_PERCENT,
                ScaleSettings.DOWNSCALE_STABILIZATION,
                ScaleSettings.READINESS,
                LegacyLimit.DEFAULT,
                true,
                false);
    }

    static LocalLoad load(Autoscale a) {
        var requests = new EnumMap<Resource, Long>(Resource.class);
        requests.put(Resource.CPU, (long) a.milliCores());
        if (a.bytes() > 0) {
            requests.put(Resource.MEMORY, a.bytes());
        }
        return new LocalLoad(requests, a.warmUp());
    }

    private static List<Metric> metrics(Autoscale a) {
        var metrics = new ArrayList<Metric>();
        a.cpu()
                .ifPresent(target ->
                        metrics.add(
                                new Metric.Utilization("cpu utilization", Resource.CPU, target)));
        a.memory()
                .ifPresent(target ->
                        metrics.add(
                                new Metric.Utilization(
                                        "memory utilization", Resource.MEMORY, target)));
        return metrics;
    }

    private static Given given(Optional<Autoscale.Direction> side) {
        return side.map(d ->
                        new Given(
                                d.window(),
                                d.select().map(s -> ScalingRules.Select.valueOf(s.name())),
                                d.policies().isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(
                                                d.policies().stream()
                                                        .map(Autoscalers::policy)
                                                        .toList()),
                                d.tolerance().isPresent()
                                        ? OptionalDouble.of(
                                                d.tolerance().getAsInt() / HUNDREDTHS_OF_PERCENT)
                                        : OptionalDouble.empty()))
                .orElse(Given.NOTHING);
    }

    private static ScalingRules.Policy policy(Autoscale.Policy policy) {
        return new ScalingRules.Policy(
                ScalingRules.Unit.valueOf(policy.type().name()), policy.value(), policy.period());
    }
}

package dev.concertina.fleet.control.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The policy together with what its words mean for local processes. Pure, as the policy is.
 *
 * @param window over which usage is averaged
 * @param every pause between two passes
 */
public record Autoscaler(ScalePolicy policy, LocalLoad load, Duration window, Duration every) {

    /** The settings, with a CPU initialization period that outlasts warm-up and window. */
    public static Autoscaler of(
            ScaleSettings asked, LocalLoad load, Duration window, Duration every) {
        var settings =
                new ScaleSettings(
                        asked.min(),
                        asked.max(),
                        asked.metrics(),
                        asked.behavior(),
                        asked.tolerance(),
                        asked.downscaleStabilization(),
                        load.readiness(asked.readiness(), window),
                        asked.legacyLimit(),
                        asked.perDirectionTolerance(),
                        asked.scaleToZero());
        return new Autoscaler(new ScalePolicy(settings), load, window, every);
    }

    /** One pass over what is known at this moment. */
    public ScalePolicy.Pass pass(
            ScaleState before,
            int wanted,
            List<LocalInstance> instances,
            LoadWindow usage,
            Instant now) {
        Observation seen =
                load.observe(wanted, instances, usage, policy.settings().metrics(), Map.of(), now);
        return policy.next(before, seen, now);
    }
}

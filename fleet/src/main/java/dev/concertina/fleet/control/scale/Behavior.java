package dev.concertina.fleet.control.scale;

import dev.concertina.fleet.control.scale.ScalingRules.Policy;
import dev.concertina.fleet.control.scale.ScalingRules.Select;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The two sides of {@code behavior}, defaults filled in. Without any behavior at all a policy
 * follows the older rules ({@link LegacyLimit}), so absence is not the same as {@link #defaults()}.
 *
 * <p>Source: pkg/apis/autoscaling/v2/defaults.go {@code GenerateHPAScaleUpRules}, {@code
 * GenerateHPAScaleDownRules}.
 */
public record Behavior(ScalingRules up, ScalingRules down) {

    private static final Duration PERIOD = Duration.ofSeconds(15);

    private static final ScalingRules UP =
            new ScalingRules(
                    Optional.of(Duration.ZERO),
                    Select.MAX,
                    List.of(Policy.pods(4, PERIOD), Policy.percent(100, PERIOD)),
                    OptionalDouble.empty());

    private static final ScalingRules DOWN =
            new ScalingRules(
                    Optional.empty(),
                    Select.MAX,
                    List.of(Policy.percent(100, PERIOD)),
                    OptionalDouble.empty());

    /** One side as written: what is left out takes its default, a list is replaced whole. */
    public record Given(
            Optional<Duration> window,
            Optional<Select> select,
            Optional<List<Policy>> policies,
            OptionalDouble tolerance) {

        public static final Given NOTHING =
                new Given(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalDouble.empty());

        private ScalingRules over(ScalingRules defaults) {
            return new ScalingRules(
                    window.or(defaults::window),
                    select.orElse(defaults.select()),
                    policies.orElse(defaults.policies()),
                    tolerance);
        }
    }

    /** Either side may be {@link Given#NOTHING}. */
    public static Behavior of(Given up, Given down) {
        return new Behavior(up.over(UP), down.over(DOWN));
    }

    public static Behavior defaults() {
        return new Behavior(UP, DOWN);
    }

    Tolerance tolerance(double controllers) {
        return new Tolerance(
                down.tolerance().orElse(controllers), up.tolerance().orElse(controllers));
    }
}

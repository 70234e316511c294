package dev.concertina.fleet.control.scale;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How fast one direction may go: one side of {@code behavior}, defaults filled in.
 *
 * @param window how long recommendations are remembered against a change; empty, for scaling down
 *     only: the controller's {@link ScaleSettings#downscaleStabilization()}
 * @param tolerance replaces the controller's for this direction (KEP-4951)
 */
public record ScalingRules(
        Optional<Duration> window, Select select, List<Policy> policies, OptionalDouble tolerance) {

    private static final Duration WINDOW_MAX = Duration.ofHours(1);

    public ScalingRules {
        policies = List.copyOf(policies);
        window.ifPresent(ScalingRules::validWindow);
        if (policies.isEmpty()) {
            throw new IllegalArgumentException(
                    "policies is empty. List at least one, or leave policies out.");
        }
        if (tolerance.isPresent() && !(tolerance.getAsDouble() >= 0)) {
            throw new IllegalArgumentException(
                    "tolerance is " + tolerance.getAsDouble() + ". Give 0 or more, such as 0.1.");
        }
    }

    /** Which policy wins when there are several: the one that allows the largest change, or not. */
    public enum Select {
        MAX,
        MIN,
        DISABLED
    }

    public enum Unit {
        PODS,
        PERCENT
    }

    /** At most {@code value} instances, or percent of them, in any period of this length. */
    public record Policy(Unit unit, int value, Duration period) {
        private static final Duration PERIOD_MAX = Duration.ofMinutes(30);

        public Policy {
            if (value <= 0) {
                throw new IllegalArgumentException(
                        "the value of a policy is " + value + ". Give a number above 0.");
            }
            if (period.compareTo(Duration.ofSeconds(1)) < 0 || period.compareTo(PERIOD_MAX) > 0) {
                throw new IllegalArgumentException(
                        "periodSeconds is %s. Give 1 to 1800 seconds.".formatted(seconds(period)));
            }
        }

        public static Policy pods(int value, Duration period) {
            return new Policy(Unit.PODS, value, period);
        }

        public static Policy percent(int value, Duration period) {
            return new Policy(Unit.PERCENT, value, period);
        }
    }

    Duration longestPeriod() {
        return policies.stream().map(Policy::period).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    private static void validWindow(Duration window) {
        if (window.isNegative() || window.compareTo(WINDOW_MAX) > 0) {
            throw new IllegalArgumentException(
                    "stabilizationWindowSeconds is %s. Give 0 to 3600 seconds."
                            .formatted(seconds(window)));
        }
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }
}

package dev.concertina.fleet.control.scale;

import dev.concertina.fleet.control.scale.ScalingRules.Policy;
import dev.concertina.fleet.control.scale.ScalingRules.Select;
import dev.concertina.fleet.control.scale.ScalingRules.Unit;
import java.time.Instant;
import java.util.stream.IntStream;

/**
 * How far the policies of {@code behavior} allow to go now, given what was changed within their
 * periods. Both directions' events count for both limits: they tell where the period began.
 *
 * <p>Source: horizontal.go {@code convertDesiredReplicasWithBehaviorRate}, {@code
 * calculateScaleUpLimitWithScalingRules}, {@code calculateScaleDownLimitWithBehaviors}. Percentages
 * are doubles in upstream's order: {@code ceil(25 * (1 + 12/100.0))} is 29.
 */
record RateLimit(ScaleEvents ups, ScaleEvents downs, Instant now) {

    /** {@code min} and {@code max} bind only in the direction of the change. */
    Limited apply(int current, int desired, int min, int max, Behavior behavior) {
        if (desired > current) {
            int limit = Math.max(up(current, behavior.up()), current);
            if (desired > Math.min(max, limit)) {
                return max > limit ? Limited.tooFast(limit, true) : Limited.tooMany(max);
            }
        } else if (desired < current) {
            int limit = Math.min(down(current, behavior.down()), current);
            if (desired < Math.max(min, limit)) {
                return min < limit ? Limited.tooFast(limit, false) : Limited.tooFew(min);
            }
        }
        return Limited.no(desired);
    }

    int up(int current, ScalingRules rules) {
        if (rules.select() == Select.DISABLED) {
            return current;
        }
        IntStream allowed = rules.policies().stream().mapToInt(policy -> up(current, policy));
        return rules.select() == Select.MIN
                ? allowed.min().orElse(current)
                : allowed.max().orElse(current);
    }

    /** The largest change is the smallest number. */
    int down(int current, ScalingRules rules) {
        if (rules.select() == Select.DISABLED) {
            return current;
        }
        IntStream allowed = rules.policies().stream().mapToInt(policy -> down(current, policy));
        return rules.select() == Select.MIN
                ? allowed.max().orElse(current)
                : allowed.min().orElse(current);
    }

    /** Rounded up, or a small fleet could never grow by a percentage. */
    private int up(int current, Policy policy) {
        int start = periodStart(current, policy);
        return policy.unit() == Unit.PODS
                ? start + policy.value()
                : (int) Math.ceil((double) start * (1 + (double) policy.value() / 100));
    }

    private int down(int current, Policy policy) {
        int start = periodStart(current, policy);
        return policy.unit() == Unit.PODS
                ? start - policy.value()
                : (int) ((double) start * (1 - (double) policy.value() / 100));
    }

    private int periodStart(int current, Policy policy) {
        return current
                - ups.changeWithin(policy.period(), now)
                + downs.changeWithin(policy.period(), now);
    }
}

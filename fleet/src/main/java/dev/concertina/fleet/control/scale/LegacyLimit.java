package dev.concertina.fleet.control.scale;

/**
 * How far one pass may go without {@code behavior}: to twice the current number, or to four.
 *
 * <p>Source: horizontal.go {@code convertDesiredReplicasWithRules}, {@code calculateScaleUpLimit}.
 *
 * @param factor of the current number; 2.0 in production, 8.0 in upstream's tests
 * @param minimum that is always allowed
 */
public record LegacyLimit(double factor, double minimum) {

    public static final LegacyLimit DEFAULT = new LegacyLimit(2.0, 4.0);

    Limited apply(int current, int desired, int min, int max) {
        var limit = (int) Math.max(factor * current, minimum);
        if (desired < min) {
            return Limited.tooFew(min);
        }
        if (desired > Math.min(max, limit)) {
            return max > limit ? Limited.tooFast(limit, true) : Limited.tooMany(max);
        }
        return Limited.no(desired);
    }
}

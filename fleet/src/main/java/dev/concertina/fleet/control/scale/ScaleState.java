package dev.concertina.fleet.control.scale;

import java.time.Instant;
import java.util.Optional;

/**
 * What an autoscaler remembers between passes.
 *
 * @param recommendations empty before the first pass
 * @param scaledToZero whether the autoscaler, and nobody else, brought the fleet to 0
 */
public record ScaleState(
        Optional<Recommendations> recommendations,
        ScaleEvents ups,
        ScaleEvents downs,
        boolean scaledToZero) {

    public static ScaleState fresh() {
        return new ScaleState(Optional.empty(), ScaleEvents.NONE, ScaleEvents.NONE, false);
    }

    /**
     * The current number is the first recommendation: a fresh autoscaler does not shrink at once.
     */
    ScaleState begun(int current, Instant now) {
        return recommendations.isPresent() ? this : with(Recommendations.starting(current, now));
    }

    ScaleState with(Recommendations after) {
        return new ScaleState(Optional.of(after), ups, downs, scaledToZero);
    }

    ScaleState withScaledToZero(boolean zero) {
        return new ScaleState(recommendations, ups, downs, zero);
    }

    /** Remembers a change for the rates; without behavior nobody would ask for it. */
    ScaleState scaled(int from, int to, Optional<Behavior> behavior, Instant now) {
        if (behavior.isEmpty()) {
            return this;
        }
        if (to > from) {
            ScaleEvents after = ups.plus(to - from, behavior.get().up().longestPeriod(), now);
            return new ScaleState(recommendations, after, downs, scaledToZero);
        }
        ScaleEvents after = downs.plus(from - to, behavior.get().down().longestPeriod(), now);
        return new ScaleState(recommendations, ups, after, scaledToZero);
    }
}

package dev.concertina.fleet.control.rollout;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a release is to replace another.
 *
 * @param shares of the requests in percent, rising, the last one 100; empty for rolling
 * @param watch how long each share is observed before the next
 * @param byHand each share waits for somebody to promote it
 * @param judge who may send the release back, and without whom a canary does not go on; empty: time
 *     alone decides
 * @param warmUp how long an instance's latency says nothing of its release
 */
public record Approach(
        Kind kind,
        List<Integer> shares,
        Duration watch,
        boolean byHand,
        Optional<Judge> judge,
        Duration warmUp) {

    public enum Kind {
        /** One instance after the other. */
        ROLLING,
        /** All new ones beside the old ones, then all requests at one instant. */
        BLUE_GREEN,
        /** A growing share of the requests. */
        CANARY
    }

    public Approach {
        shares = List.copyOf(shares);
        boolean rising = true;
        for (int i = 0; i < shares.size(); i++) {
            rising &= shares.get(i) > (i == 0 ? 0 : shares.get(i - 1));
        }
        boolean whole = !shares.isEmpty() && shares.getLast() == 100;
        if (!rising || whole == (kind == Kind.ROLLING)) {
            throw new IllegalArgumentException(
                    "shares " + shares + " do not rise to 100. Give such as 5, 25, 100.");
        }
    }

    public static Approach rolling() {
        return new Approach(
                Kind.ROLLING, List.of(), Duration.ZERO, false, Optional.empty(), Duration.ZERO);
    }

    /** For going back to a release that served before: no share of it has to be tried. */
    public Approach direct() {
        return kind == Kind.CANARY
                ? new Approach(Kind.BLUE_GREEN, List.of(100), watch, false, judge, warmUp)
                : this;
    }
}

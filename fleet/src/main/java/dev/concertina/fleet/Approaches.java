package dev.concertina.fleet;

import dev.concertina.contract.Split;
import dev.concertina.fleet.control.rollout.Approach;
import dev.concertina.fleet.control.rollout.Judge;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Manifest.Judging;
import dev.concertina.fleet.runtime.Effects.ToldBy;
import java.time.Duration;

/** What the manifest says about rollouts, in control's words and in the gateway's. */
final class Approaches {
    private static final double HUNDREDTHS_OF_PERCENT = 10_000;

    /** For one instance after the other, where the manifest's watch is for a step. */
    private static final Duration WATCH_EACH = Duration.ofSeconds(3);

    private Approaches() {}

    static Approach of(Manifest.Rollout rollout) {
        return rollout.strategy() == Manifest.Strategy.ROLLING
                ? Approach.rolling()
                : new Approach(
                        rollout.strategy() == Manifest.Strategy.CANARY
                                ? Approach.Kind.CANARY
                                : Approach.Kind.BLUE_GREEN,
                        rollout.steps(),
                        rollout.watch(),
                        rollout.byHand(),
                        rollout.judge().map(Approaches::judge),
                        rollout.judge().map(Judging::warmUp).orElse(Duration.ZERO));
    }

    private static Judge judge(Judging judging) {
        return new Judge(
                judging.errors() / HUNDREDTHS_OF_PERCENT, judging.slower() / HUNDREDTHS_OF_PERCENT);
    }

    static Duration watchEach(Manifest.Rollout rollout) {
        return rollout.strategy() == Manifest.Strategy.ROLLING ? rollout.watch() : WATCH_EACH;
    }

    static ToldBy toldBy(Manifest.Division division) {
        Split.By by =
                switch (division.by()) {
                    case REQUEST -> Split.By.REQUEST;
                    case COOKIE -> Split.By.COOKIE;
                    case HEADER -> Split.By.HEADER;
                };
        return new ToldBy(by, division.name());
    }
}

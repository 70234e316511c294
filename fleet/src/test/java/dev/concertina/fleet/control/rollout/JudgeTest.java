package dev.concertina.fleet.control.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.concertina.fleet.control.rollout.Canaries.Behaviour;
import dev.concertina.fleet.control.rollout.Canaries.End;
import dev.concertina.fleet.control.rollout.Canaries.Traffic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code -Djudge.seed=N} runs other traffic, {@code -Djudge.runs=N} more of it. */
class JudgeTest {
    private static final long SEED = Long.getLong("judge.seed", 1L);
    private static final int RUNS = Integer.getInteger("judge.runs", 10_000);
    private static final Judge JUDGE = new Judge(0.02, 0.5);

    private static final double[] SHARES = {0.01, 0.05, 0.1, 0.25, 0.5, 0.75};
    private static final double[] ERRORS = {0, 0.001, 0.01, 0.05, 0.2};
    private static final double[] SPREADS = {0.3, 1, 2};

    @Test
    void ofTenThousandGoodCanariesAtMostOneInAHundredIsRolledBack() {
        var canaries = new Canaries(SEED, JUDGE);
        var chance = canaries.chance();
        int back = 0;
        int promoted = 0;
        int naive = 0;
        for (int run = 0; run < RUNS; run++) {
            var how =
                    new Behaviour(
                            ERRORS[chance.nextInt(ERRORS.length)],
                            chance.nextDouble(1, 200),
                            SPREADS[chance.nextInt(SPREADS.length)]);
            var traffic =
                    new Traffic(
                            chance.nextInt(1, 60),
                            SHARES[chance.nextInt(SHARES.length)],
                            90,
                            chance.nextInt(2) * 30);
            End end = canaries.run(traffic, how, how, chance.nextInt(2) * 20);
            back += end.opinion().kind() == Opinion.Kind.ROLL_BACK ? 1 : 0;
            promoted += end.opinion().kind() == Opinion.Kind.PROMOTE ? 1 : 0;
            naive += end.naive() ? 1 : 0;
        }
        System.out.printf(
                "judge: seed %d, %d good canaries, %d rolled back (%.2f %%; an ordinary test at 1 %%"
                        + " asked every second: %d), %d promoted%n",
                SEED, RUNS, back, 100.0 * back / RUNS, naive, promoted);
        // Else the simulation would be too easy to say anything.
        assertThat(naive).isGreaterThan(RUNS / 50);
        assertThat(back).isLessThanOrEqualTo(RUNS / 100);
        // A judge that never finds enough traffic would pass as well.
        assertThat(promoted).isGreaterThan(RUNS / 4);
    }

    @Test
    void aCanaryWithFivePercentErrorsIsRolledBack() {
        var canaries = new Canaries(SEED, JUDGE);
        List<Long> requests = new ArrayList<>();
        for (int run = 0; run < 1000; run++) {
            End end =
                    canaries.run(
                            new Traffic(100, 0.05, 1200, 0),
                            new Behaviour(0.001, 20, 1),
                            new Behaviour(0.05, 20, 1),
                            0);
            assertThat(end.opinion().kind()).isEqualTo(Opinion.Kind.ROLL_BACK);
            requests.add(end.requests());
        }
        requests.sort(null);
        System.out.printf(
                "judge: seed %d, 5 %% errors: rolled back after %d requests of the canary (median),"
                        + " %d (99 of 100)%n",
                SEED, requests.get(500), requests.get(990));
        assertThat(requests.get(500)).isLessThan(300);
    }

    @Test
    void aReleaseThatFailsAfterTheSwitchIsRolledBack() {
        var canaries = new Canaries(SEED, JUDGE);
        for (int run = 0; run < 200; run++) {
            End end =
                    canaries.run(
                            new Traffic(100, 0, 30, 60),
                            new Behaviour(0.001, 20, 1),
                            new Behaviour(0.1, 20, 1),
                            0);
            assertThat(end.opinion().kind()).isEqualTo(Opinion.Kind.ROLL_BACK);
        }
    }

    @Test
    void aSlowCanaryIsRolledBack() {
        var canaries = new Canaries(SEED, JUDGE);
        for (int run = 0; run < 200; run++) {
            End end =
                    canaries.run(
                            new Traffic(100, 0.25, 300, 0),
                            new Behaviour(0, 20, 1),
                            new Behaviour(0, 60, 1),
                            0);
            assertThat(end.opinion().kind()).isEqualTo(Opinion.Kind.ROLL_BACK);
            assertThat(end.opinion().words()).contains("slower");
        }
    }

    @Test
    void aReleaseThatIsWorseByMoreThanTheToleranceIsHardlyEverPromoted() {
        var canaries = new Canaries(SEED, JUDGE);
        int promoted = 0;
        for (int run = 0; run < 1000; run++) {
            // Stops at the first promotion, as a rollout does.
            for (int seconds = 10; seconds <= 160; seconds *= 2) {
                End end =
                        canaries.run(
                                new Traffic(20, 0.1, seconds, 0),
                                new Behaviour(0.01, 20, 1),
                                new Behaviour(0.04, 20, 1),
                                0);
                if (end.opinion().kind() == Opinion.Kind.PROMOTE) {
                    promoted++;
                    break;
                }
            }
        }
        assertThat(promoted).isLessThanOrEqualTo((int) (1000 * Judge.MISSED));
    }

    @Test
    void withoutTrafficItIsNeitherPromotedNorRolledBack() {
        Evidence evidence = Evidence.none();
        for (int second = 0; second < 3600; second++) {
            evidence = JUDGE.hear(evidence, Count.NOTHING, Count.NOTHING);
        }
        assertThat(JUDGE.opinion(evidence).kind()).isEqualTo(Opinion.Kind.NOT_YET);
        assertThat(JUDGE.opinion(evidence).words()).startsWith("not enough traffic yet");
    }

    @Test
    void trafficOfTheOldReleaseAloneSaysNothingOfTheNew() {
        var evidence = JUDGE.hear(Evidence.none(), new Count(100_000, 3, 0, 0), Count.NOTHING);

        assertThat(JUDGE.opinion(evidence).kind()).isEqualTo(Opinion.Kind.NOT_YET);
    }

    @Test
    void aFewErrorsDoNotDecide() {
        var evidence =
                JUDGE.hear(Evidence.none(), new Count(10_000, 0, 0, 0), new Count(10, 4, 0, 0));

        assertThat(JUDGE.opinion(evidence).kind()).isEqualTo(Opinion.Kind.NOT_YET);
    }

    @Test
    void boundsAreAsWideAsTheyShouldBe() {
        // By hand: at 0 of n the upper bound solves -n ln(1-p) = ln(1/alpha) - ln
        // B(.5,n+.5)/B(.5,.5).
        Bounds none = Bounds.of(0, 100, 0.05);
        double mixed = Beta.log(0.5, 100.5) - Beta.log(0.5, 0.5);
        assertThat(none.lower()).isZero();
        assertThat(none.upper())
                .isCloseTo(-Math.expm1((mixed + Math.log(0.05)) / 100), within(1e-9));
        assertThat(Bounds.of(50, 100, 0.05).lower()).isBetween(0.3, 0.4);
        assertThat(Bounds.of(50, 100, 0.05).upper()).isBetween(0.6, 0.7);
        assertThat(Bounds.of(100, 100, 0.05).upper()).isOne();
        assertThat(Bounds.of(0, 0, 0.05)).isEqualTo(new Bounds(0, 1));
    }

    @Test
    void theBetaFunctionIsExact() {
        assertThat(Beta.log(0.5, 0.5)).isCloseTo(Math.log(Math.PI), within(1e-12));
        assertThat(Beta.log(3, 4)).isCloseTo(Math.log(1 / 60.0), within(1e-12));
        assertThat(Beta.log(20, 30)).isCloseTo(-33.96882079197741, within(1e-10));
    }

    @Test
    void anImpossibleToleranceIsRefused() {
        assertThatThrownBy(() -> new Judge(0, 0.5))
                .hasMessage("errors is 0.0. Give a share above 0 and below 1, such as 0.02.");
        assertThatThrownBy(() -> new Judge(0.02, -1))
                .hasMessage("slower is -1.0. Give 0 or more, such as 0.5.");
    }
}

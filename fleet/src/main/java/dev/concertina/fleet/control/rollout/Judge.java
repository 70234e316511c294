package dev.concertina.fleet.control.rollout;

import java.util.Locale;
import java.util.Optional;

/**
 * Compares a new release with the old one while both serve. It may be asked after every sample, and
 * its promises hold all the same: a release that is as good as the old one is rolled back with a
 * chance of at most {@link #FALSE_ALARMS}; one that fails more often than the old one by the
 * tolerance or more is promoted with a chance of at most {@link #MISSED}. Too little traffic for
 * either is an answer of its own.
 *
 * <ul>
 *   <li>Errors, side by side: were both alike, an error would be the new release's as often as a
 *       request is. Each interval bets against that, in proportion to the requests of that
 *       interval, so a bad minute of the database that hits both proves nothing.
 *   <li>Errors, one after the other: where the old release gets nothing, the bounds of both shares
 *       must lie apart by more than the tolerance.
 *   <li>Latency: whose mean was higher by the tolerance is a coin's throw in each window, so one
 *       slow request is one lost throw, however slow it was.
 * </ul>
 *
 * <p>Source: Lindon and Malek, Anytime-valid inference for multinomial count data, NeurIPS 2022;
 * Ville's inequality for the bets; {@link Bounds} for the shares. It is assumed that requests fail
 * independently of each other; {@link #ERRORS_MIN} keeps one cut connection pool from deciding.
 *
 * @param errors the share of errors above the old release's that is too much, such as 0.02
 * @param slower the part by which the mean latency may be above the old release's, such as 0.5
 */
public record Judge(double errors, double slower) {
    public static final double FALSE_ALARMS = 0.01;
    public static final double MISSED = 0.05;

    /** Fewer errors never roll back. */
    static final int ERRORS_MIN = 5;

    /** Requests of each release in one comparison of latency. */
    static final int WINDOW = 10;

    /** Below this a difference is the machine's. */
    static final double SLOWER_MILLIS_MIN = 2;

    /** How many times as often the new release may fail. */
    static final double[] ODDS = {1.5, 2, 3, 5, 10, 30, 100};

    /** How often it may be the slower one. */
    static final double[] CHANCES = {0.6, 0.7, 0.8, 0.9, 0.97};

    private static final double ALPHA_BESIDE = 0.4 * FALSE_ALARMS;
    private static final double ALPHA_AFTER = 0.2 * FALSE_ALARMS;
    private static final double ALPHA_SLOW = 0.4 * FALSE_ALARMS;

    public Judge {
        if (!(errors > 0 && errors < 1)) {
            throw new IllegalArgumentException(
                    "errors is " + errors + ". Give a share above 0 and below 1, such as 0.02.");
        }
        if (!(slower >= 0)) {
            throw new IllegalArgumentException(
                    "slower is " + slower + ". Give 0 or more, such as 0.5.");
        }
    }

    /** One more interval: what each release answered in it. */
    public Evidence hear(Evidence before, Count old, Count fresh) {
        boolean beside = old.requests() > 0;
        Bets beaten = before.errors();
        if (beside && fresh.requests() > 0) {
            beaten = bet(before.errors(), old, fresh);
        }
        var heard =
                new Evidence(
                        before.old().plus(old),
                        beside ? before.fresh().plus(fresh) : before.fresh(),
                        beside ? before.alone() : before.alone().plus(fresh),
                        beaten,
                        before.slowness(),
                        before.openOld().plus(old),
                        before.openFresh().plus(fresh),
                        before.windows(),
                        before.slower());
        return compareLatency(heard);
    }

    private static Bets bet(Bets before, Count old, Count fresh) {
        long errors = old.errors() + fresh.errors();
        if (errors == 0) {
            return before;
        }
        double fair = (double) fresh.requests() / (fresh.requests() + old.requests());
        var factors = new double[ODDS.length];
        for (int i = 0; i < ODDS.length; i++) {
            double norm = ODDS[i] * fair + (1 - fair);
            factors[i] = fresh.errors() * Math.log(ODDS[i]) - errors * Math.log(norm);
        }
        return before.times(factors);
    }

    private Evidence compareLatency(Evidence e) {
        Count old = e.openOld();
        Count fresh = e.openFresh();
        if (old.timed() < WINDOW || fresh.timed() < WINDOW) {
            return e;
        }
        // The mean of few is lower than the mean of many where some requests take very long.
        boolean fair = 2 * old.timed() >= fresh.timed();
        boolean lost =
                fresh.meanMillis()
                        > Math.max(
                                old.meanMillis() * (1 + slower),
                                old.meanMillis() + SLOWER_MILLIS_MIN);
        var factors = new double[CHANCES.length];
        for (int i = 0; i < CHANCES.length; i++) {
            factors[i] = Math.log(2 * (lost ? CHANCES[i] : 1 - CHANCES[i]));
        }
        return new Evidence(
                e.old(),
                e.fresh(),
                e.alone(),
                e.errors(),
                fair ? e.slowness().times(factors) : e.slowness(),
                Count.NOTHING,
                Count.NOTHING,
                e.windows() + (fair ? 1 : 0),
                e.slower() + (fair && lost ? 1 : 0));
    }

    /** What proves that the new release must not go on; empty while nothing does. */
    Optional<String> objection(Evidence e) {
        if (failsMoreBeside(e) || failsMoreAfter(e)) {
            return Optional.of("fails more often: " + numbers(e));
        }
        return e.slowness().worth() >= 1 / ALPHA_SLOW
                ? Optional.of(
                        String.format(
                                Locale.ROOT,
                                "is slower: in %d of %d comparisons by more than %.0f %%",
                                e.slower(),
                                e.windows(),
                                100 * slower))
                : Optional.empty();
    }

    public Opinion opinion(Evidence e) {
        Optional<String> objection = objection(e);
        if (objection.isPresent()) {
            return new Opinion(Opinion.Kind.ROLL_BACK, objection.get());
        }
        Bounds ours = Bounds.of(e.total().errors(), e.total().requests(), MISSED / 2);
        Bounds theirs = Bounds.of(e.old().errors(), e.old().requests(), MISSED / 2);
        return ours.upper() < theirs.lower() + errors
                ? new Opinion(Opinion.Kind.PROMOTE, "is as good: " + numbers(e))
                : new Opinion(Opinion.Kind.NOT_YET, "not enough traffic yet: " + numbers(e));
    }

    private boolean failsMoreBeside(Evidence e) {
        return e.fresh().errors() >= ERRORS_MIN
                && e.errors().worth() >= 1 / ALPHA_BESIDE
                && e.fresh().share() - e.old().share() >= errors;
    }

    private boolean failsMoreAfter(Evidence e) {
        if (e.alone().errors() < ERRORS_MIN || e.old().requests() == 0) {
            return false;
        }
        Bounds ours = Bounds.of(e.alone().errors(), e.alone().requests(), ALPHA_AFTER / 2);
        Bounds theirs = Bounds.of(e.old().errors(), e.old().requests(), ALPHA_AFTER / 2);
        return ours.lower() > theirs.upper() + errors;
    }

    private static String numbers(Evidence e) {
        return numbers(e.total()) + " of the new release, " + numbers(e.old()) + " of the old";
    }

    private static String numbers(Count count) {
        return String.format(
                Locale.ROOT,
                "%d errors in %d requests (%.2f %%)",
                count.errors(),
                count.requests(),
                100 * count.share());
    }
}

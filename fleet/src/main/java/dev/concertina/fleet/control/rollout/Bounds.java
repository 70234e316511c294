package dev.concertina.fleet.control.rollout;

/**
 * Where the true share of errors lies: an interval that holds it at every number of requests at
 * once, so that looking after each request is no cheating. The confidence sequence of a mixture of
 * Bernoulli likelihood ratios with Jeffreys' prior.
 *
 * <p>Source: Robbins, Statistical methods related to the law of the iterated logarithm, Ann. Math.
 * Statist. 41 (1970); Howard, Ramdas, McAuliffe and Sekhon, Time-uniform, nonparametric,
 * nonasymptotic confidence sequences, Ann. Statist. 49 (2021).
 */
record Bounds(double lower, double upper) {
    private static final int HALVINGS = 40;

    /**
     * @param alpha the chance that the interval ever misses the true share
     */
    static Bounds of(long errors, long requests, double alpha) {
        if (requests == 0) {
            return new Bounds(0, 1);
        }
        double mixed =
                Beta.log(errors + 0.5, requests - errors + 0.5)
                        - Beta.log(0.5, 0.5)
                        + Math.log(alpha);
        double seen = (double) errors / requests;
        return new Bounds(
                errors == 0 ? 0 : edge(errors, requests, mixed, seen, 0),
                errors == requests ? 1 : edge(errors, requests, mixed, seen, 1));
    }

    /** The last share on the way from {@code inside} to {@code end} that is not ruled out. */
    private static double edge(
            long errors, long requests, double mixed, double inside, double end) {
        double in = inside;
        double out = end;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (in + out) / 2;
            if (mixed < logLikelihood(errors, requests, middle)) {
                in = middle;
            } else {
                out = middle;
            }
        }
        return out;
    }

    private static double logLikelihood(long errors, long requests, double share) {
        double wrong = errors == 0 ? 0 : errors * Math.log(share);
        double right = errors == requests ? 0 : (requests - errors) * Math.log1p(-share);
        return wrong + right;
    }
}

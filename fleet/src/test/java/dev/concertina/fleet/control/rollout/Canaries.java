package dev.concertina.fleet.control.rollout;

import java.util.SplittableRandom;

/** Simulated traffic over two releases, request by request, from a seed. */
final class Canaries {
    private static final double ONE_PERCENT = 2.326;

    private final SplittableRandom chance;
    private final Judge judge;

    /** Requests in a second, the new release's part of them, and how many seconds. */
    record Traffic(int perSecond, double share, int beside, int after) {}

    /**
     * How a release behaves.
     *
     * @param errors the chance that a request fails
     * @param millis the median latency
     * @param spread sigma of its logarithm; 2 is a very long tail
     */
    record Behaviour(double errors, double millis, double spread) {}

    /**
     * How it ended: what the judge said last, and after how many requests of the new release.
     *
     * @param naive whether an ordinary test at 1 %, asked every second, would have rolled it back
     */
    record End(Opinion opinion, long requests, boolean naive) {}

    Canaries(long seed, Judge judge) {
        this.chance = new SplittableRandom(seed);
        this.judge = judge;
    }

    SplittableRandom chance() {
        return chance;
    }

    /**
     * The judge is asked after every second; a rollback ends it at once.
     *
     * @param bad every so many seconds both releases have a bad one, with half of all failing
     */
    End run(Traffic traffic, Behaviour old, Behaviour fresh, int bad) {
        Evidence evidence = Evidence.none();
        Opinion opinion = judge.opinion(evidence);
        boolean naive = false;
        for (int second = 0; second < traffic.beside() + traffic.after(); second++) {
            boolean alone = second >= traffic.beside();
            boolean outage = bad > 0 && !alone && second % bad == bad - 1;
            double share = alone ? 1 : traffic.share();
            int toFresh = 0;
            int total = 1 + chance.nextInt(2 * traffic.perSecond());
            for (int i = 0; i < total; i++) {
                toFresh += chance.nextDouble() < share ? 1 : 0;
            }
            evidence =
                    judge.hear(
                            evidence,
                            count(total - toFresh, old, outage),
                            count(toFresh, fresh, outage));
            opinion = judge.opinion(evidence);
            naive |= zScore(evidence.fresh(), evidence.old()) > ONE_PERCENT;
            if (opinion.kind() == Opinion.Kind.ROLL_BACK) {
                break;
            }
        }
        return new End(opinion, evidence.total().requests(), naive);
    }

    /** Of two shares, pooled. */
    private static double zScore(Count one, Count other) {
        double n = one.requests();
        double m = other.requests();
        double pooled = (one.errors() + other.errors()) / Math.max(1, n + m);
        double variance = pooled * (1 - pooled) * (1 / Math.max(1, n) + 1 / Math.max(1, m));
        return n == 0 || m == 0 || variance == 0
                ? 0
                : (one.share() - other.share()) / Math.sqrt(variance);
    }

    private Count count(int requests, Behaviour how, boolean outage) {
        double errors = outage ? 0.5 : how.errors();
        int failed = 0;
        double millis = 0;
        for (int i = 0; i < requests; i++) {
            failed += chance.nextDouble() < errors ? 1 : 0;
            millis += how.millis() * Math.exp(how.spread() * chance.nextGaussian());
        }
        return new Count(requests, failed, requests, (long) (millis * 1e6));
    }
}

package dev.concertina.gateway.route;

/**
 * Smooth weighted round robin as a list of turns: each target as often as it weighs, spread out.
 */
final class WeightedTurns {
    private static final int TURNS_MAX = 4096;

    private WeightedTurns() {}

    static int[] of(int[] targetWeights) {
        long[] weights = new long[targetWeights.length];
        long common = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = targetWeights[i];
            common = gcd(weights[i], common);
        }
        long sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= common;
            sum += weights[i];
        }
        int length = (int) Math.min(sum, TURNS_MAX);
        int[] turns = new int[length];
        long[] credit = new long[weights.length];
        for (int turn = 0; turn < length; turn++) {
            turns[turn] = heaviest(weights, credit);
            credit[turns[turn]] -= sum;
        }
        return turns;
    }

    private static int heaviest(long[] weights, long[] credit) {
        int best = 0;
        for (int i = 0; i < weights.length; i++) {
            credit[i] += weights[i];
            if (credit[i] > credit[best]) {
                best = i;
            }
        }
        return best;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}

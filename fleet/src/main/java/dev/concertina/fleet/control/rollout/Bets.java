package dev.concertina.fleet.control.rollout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Money bet against "the new release is no worse", once for each alternative, an equal part of 1 at
 * the beginning. Were the claim true, no way of betting would make it {@code 1/alpha} with a chance
 * above {@code alpha}, whenever one looks (Ville's inequality). So it may be looked at all the
 * time.
 *
 * @param logs the natural logarithm of what each bet has become
 */
record Bets(List<Double> logs) {
    Bets {
        logs = List.copyOf(logs);
    }

    static Bets on(int alternatives) {
        return new Bets(Collections.nCopies(alternatives, 0.0));
    }

    /** Each bet is multiplied; the factors are given as logarithms. */
    Bets times(double... factors) {
        var next = new ArrayList<Double>(factors.length);
        for (int i = 0; i < factors.length; i++) {
            next.add(logs.get(i) + factors[i]);
        }
        return new Bets(next);
    }

    /** What the bets are worth together. */
    double worth() {
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(Math.min(log, 600));
        }
        return sum / logs.size();
    }
}

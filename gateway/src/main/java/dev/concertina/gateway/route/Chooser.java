package dev.concertina.gateway.route;

import dev.concertina.contract.Balance;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** The order in which targets of one table are tried. Shared by all event loops, without locks. */
final class Chooser {
    private final Balance balance;
    private final TargetState[] targets;
    private final int[] weights;
    private final int[] turns;
    private final AtomicInteger turn = new AtomicInteger();

    Chooser(Balance balance, TargetState[] targets, int[] weights) {
        this.balance = balance;
        this.targets = targets;
        this.weights = weights;
        this.turns = WeightedTurns.of(weights);
    }

    /**
     * The index to try first.
     *
     * @param refused targets that are out of the question
     */
    int choose(Refusals refused) {
        return switch (balance) {
            case ROUND_ROBIN -> inTurn(refused);
            case LEAST_CONNECTIONS -> least(refused);
            case RANDOM_TWO -> lessOfTwo(refused);
        };
    }

    private int next(int bound) {
        return Math.floorMod(turn.getAndIncrement(), bound);
    }

    private int inTurn(Refusals refused) {
        int start = next(turns.length);
        for (int i = 0; i < turns.length; i++) {
            int index = turns[(start + i) % turns.length];
            if (!refused.contains(index)) {
                // Who is passed over loses a turn; the next one gets none too many.
                if (i > 0) {
                    turn.addAndGet(i);
                }
                return index;
            }
        }
        return -1;
    }

    private int least(Refusals refused) {
        int n = targets.length;
        int index = next(n);
        // Among equals the first wins: who follows one that is out must not win more often.
        for (int i = 1; i < n && refused.contains(index); i++) {
            index = next(n);
        }
        int best = -1;
        for (int i = 0; i < n; i++) {
            if (!refused.contains(index) && (best < 0 || lighter(index, best))) {
                best = index;
            }
            if (++index == n) {
                index = 0;
            }
        }
        return best;
    }

    private int lessOfTwo(Refusals refused) {
        var random = ThreadLocalRandom.current();
        int first = turns[random.nextInt(turns.length)];
        int second = turns[random.nextInt(turns.length)];
        if (refused.contains(first) || refused.contains(second)) {
            return refused.contains(second)
                    ? refused.contains(first) ? inTurn(refused) : first
                    : second;
        }
        return lighter(second, first) ? second : first;
    }

    /** Fewer in flight per weight, by cross multiplication. */
    private boolean lighter(int one, int other) {
        long mine = (long) targets[one].inFlight() * weights[other];
        long others = (long) targets[other].inFlight() * weights[one];
        return mine < others;
    }
}

package dev.concertina.gateway.route;

import dev.concertina.contract.Balance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Targets of equal rank: the ordinary ones, or the backups. */
final class Group {
    private final TargetState[] targets;
    private final @Nullable Chooser chooser;

    Group(Balance balance, TargetState[] targets, int[] weights) {
        this.targets = targets;
        this.chooser = targets.length == 0 ? null : new Chooser(balance, targets, weights);
    }

    TargetState[] targets() {
        return targets;
    }

    @Nullable TargetState claim(Tried tried, boolean skipSuspects, long now) {
        if (chooser == null) {
            return null;
        }
        // Each loss of a race is against a drain, which is final: the loop ends.
        while (true) {
            int index =
                    chooser.choose(i ->
                            targets[i].draining()
                                    || tried.contains(targets[i])
                                    || (skipSuspects && targets[i].suspicion().at(now)));
            if (index < 0) {
                return null;
            }
            if (targets[index].claim()) {
                return targets[index];
            }
        }
    }

    boolean has(TargetState target) {
        return List.of(targets).contains(target);
    }

    /** Never leaves fewer than max(1, ceil(N/2)) above suspicion. */
    synchronized void suspect(TargetState target, long now) {
        int suspects = 0;
        for (TargetState other : targets) {
            if (other != target && other.suspicion().at(now)) {
                suspects++;
            }
        }
        int floor = Math.max(1, (targets.length + 1) / 2);
        if (targets.length - suspects - 1 >= floor) {
            target.suspicion().raise(now);
        }
    }
}

package dev.concertina.gateway.route;

import dev.concertina.contract.Balance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Targets of equal rank: the ordinary ones, or the backups. */
final class Group {
    private final TargetState[] targets;
    private final @Nullable Chooser chooser;
    private final SlowStart slowStart;

    Group(Balance balance, TargetState[] targets, int[] weights, long now) {
        this.targets = targets;
        this.slowStart = new SlowStart(targets, weights, now);
        this.chooser = targets.length == 0 ? null : new Chooser(balance, targets, weights);
    }

    TargetState[] targets() {
        return targets;
    }

    @Nullable TargetState claim(Tried tried, boolean skipSuspects, long now) {
        if (chooser == null) {
            return null;
        }
        boolean held = slowStart.begin(now);
        TargetState chosen = claim(chooser, tried, skipSuspects, held, now);
        // Rather too much for one that is new than nothing for the request.
        return chosen == null && held ? claim(chooser, tried, skipSuspects, false, now) : chosen;
    }

    private @Nullable TargetState claim(
            Chooser among, Tried tried, boolean skipSuspects, boolean held, long now) {
        // Each loss of a race is against a drain, which is final: the loop ends.
        while (true) {
            int index =
                    among.choose(i ->
                            targets[i].draining()
                                    || tried.contains(targets[i])
                                    || (skipSuspects && targets[i].suspicion().at(now))
                                    || (held && slowStart.refuses(i)));
            if (index < 0) {
                return null;
            }
            if (targets[index].claim()) {
                slowStart.took(index);
                return targets[index];
            }
        }
    }

    boolean warmsUp() {
        return slowStart.isOn();
    }

    /** Claims the one target of this affinity unless something speaks against it. */
    @Nullable TargetState claimOnly(long affinity, Tried tried, long now) {
        for (TargetState target : targets) {
            if (target.affinity() == affinity) {
                boolean good = !tried.contains(target) && !target.suspicion().at(now);
                return good && target.claim() ? target : null;
            }
        }
        return null;
    }

    boolean offers(Tried tried, long now) {
        for (TargetState target : targets) {
            if (!target.draining() && !target.suspicion().at(now) && !tried.contains(target)) {
                return true;
            }
        }
        return false;
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

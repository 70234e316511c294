package dev.concertina.gateway.route;

import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A routing table together with the state of its targets. Immutable; replaced whole. */
public final class Routes {
    private final RoutingTable table;
    private final Group primary;
    private final Group backup;

    private Routes(RoutingTable table, Group primary, Group backup) {
        this.table = table;
        this.primary = primary;
        this.backup = backup;
    }

    public static Routes empty() {
        return of(RoutingTable.empty(), List.of(), 0);
    }

    private static Routes of(RoutingTable table, List<TargetState> states, long now) {
        return new Routes(table, group(table, states, false, now), group(table, states, true, now));
    }

    private static Group group(
            RoutingTable table, List<TargetState> states, boolean backup, long now) {
        List<TargetState> members = new ArrayList<>();
        List<Integer> weights = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            if (table.targets().get(i).backup() == backup) {
                members.add(states.get(i));
                weights.add(table.targets().get(i).weight());
            }
        }
        return new Group(
                table.balance(),
                members.toArray(TargetState[]::new),
                weights.stream().mapToInt(Integer::intValue).toArray(),
                now);
    }

    /**
     * The successor of this: targets that are the same keep their state unless they drain. A new
     * one starts slowly if there is one to compare it with, which has had its time: those that come
     * one after the other when a fleet begins are all cold, and none is held back.
     *
     * @param now nanoseconds
     */
    public Routes follow(RoutingTable next, long now) {
        long most = next.policies().slowStart().longest().toNanos();
        boolean established =
                next.targets().stream().anyMatch(target -> isEstablished(target, now, most));
        long longest = established ? most : 0;
        List<TargetState> states = new ArrayList<>();
        for (Target target : next.targets()) {
            TargetState known = state(target);
            states.add(
                    known == null || known.draining()
                            ? new TargetState(target, now, longest)
                            : known);
        }
        return of(next, states, now);
    }

    private boolean isEstablished(Target target, long now, long longest) {
        TargetState known = state(target);
        return known != null && !known.draining() && known.established(now, longest);
    }

    /** Whether service times are of use now, because some target starts slowly. */
    public boolean warmUp() {
        return primary.warmsUp() || backup.warmsUp();
    }

    private @Nullable TargetState state(Target target) {
        for (TargetState state : states()) {
            if (state.serves(target)) {
                return state;
            }
        }
        return null;
    }

    public RoutingTable table() {
        return table;
    }

    public List<TargetState> states() {
        List<TargetState> all = new ArrayList<>(List.of(primary.targets()));
        all.addAll(List.of(backup.targets()));
        return all;
    }

    /**
     * Claims the target of this affinity if it is there and above suspicion, else as the other.
     *
     * @param affinity 0: any
     */
    public @Nullable TargetState claim(long affinity, Tried tried, long now) {
        if (affinity != 0) {
            TargetState wanted = primary.claimOnly(affinity, tried, now);
            wanted = wanted == null ? backup.claimOnly(affinity, tried, now) : wanted;
            if (wanted != null) {
                return wanted;
            }
        }
        return claim(tried, now);
    }

    /**
     * Claims a target for a request: first one that is neither suspect nor tried, then a backup,
     * then any at all. Null when none can take it.
     */
    public @Nullable TargetState claim(Tried tried, long now) {
        TargetState chosen = primary.claim(tried, true, now);
        if (chosen == null) {
            chosen = backup.claim(tried, true, now);
        }
        if (chosen == null) {
            chosen = primary.claim(tried, false, now);
        }
        return chosen == null ? backup.claim(tried, false, now) : chosen;
    }

    /** Whether a target could be claimed that is neither suspect nor tried. */
    public boolean offer(Tried tried, long now) {
        return primary.offers(tried, now) || backup.offers(tried, now);
    }

    /** Tells that a connection to the target failed. */
    public void suspect(TargetState target, long now) {
        (primary.has(target) ? primary : backup).suspect(target, now);
    }
}

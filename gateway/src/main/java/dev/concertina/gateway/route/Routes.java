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
        return of(RoutingTable.empty(), List.of());
    }

    static Routes of(RoutingTable table, List<TargetState> states) {
        return new Routes(table, group(table, states, false), group(table, states, true));
    }

    private static Group group(RoutingTable table, List<TargetState> states, boolean backup) {
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
                weights.stream().mapToInt(Integer::intValue).toArray());
    }

    /** The successor of this: targets that are the same keep their state unless they drain. */
    public Routes follow(RoutingTable next) {
        List<TargetState> states = new ArrayList<>();
        for (Target target : next.targets()) {
            TargetState known = state(target);
            states.add(known == null || known.draining() ? new TargetState(target) : known);
        }
        return of(next, states);
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

    /** Tells that a connection to the target failed. */
    public void suspect(TargetState target, long now) {
        (primary.has(target) ? primary : backup).suspect(target, now);
    }
}

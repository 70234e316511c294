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
    private final Group fresh;
    private final Group backup;

    private Routes(RoutingTable table, Group primary, Group fresh, Group backup) {
        this.table = table;
        this.primary = primary;
        this.fresh = fresh;
        this.backup = backup;
    }

    /** The rank of a target in its table. */
    private enum Rank {
        ORDINARY,
        /** Runs the release that has a share of its own. */
        FRESH,
        BACKUP;

        static Rank of(Target target, RoutingTable table) {
            if (target.backup()) {
                return BACKUP;
            }
            boolean shared =
                    table.split().filter(s -> s.release().equals(target.release())).isPresent();
            return shared ? FRESH : ORDINARY;
        }
    }

    public static Routes empty() {
        return of(RoutingTable.empty(), List.of(), 0);
    }

    private static Routes of(RoutingTable table, List<TargetState> states, long now) {
        return new Routes(
                table,
                group(table, states, Rank.ORDINARY, now),
                group(table, states, Rank.FRESH, now),
                group(table, states, Rank.BACKUP, now));
    }

    private static Group group(RoutingTable table, List<TargetState> states, Rank rank, long now) {
        List<TargetState> members = new ArrayList<>();
        List<Integer> weights = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            if (Rank.of(table.targets().get(i), table) == rank) {
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
        return primary.warmsUp() || fresh.warmsUp() || backup.warmsUp();
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
        all.addAll(List.of(fresh.targets()));
        all.addAll(List.of(backup.targets()));
        return all;
    }

    /** Claims any target, of no release in particular. */
    public @Nullable TargetState claim(long affinity, Tried tried, long now) {
        return claim(affinity, false, tried, now);
    }

    /**
     * Claims the target of this affinity if it is there and above suspicion, else as the other. A
     * share comes before affinity, because a client's instance may be of the other release.
     *
     * @param affinity 0: any
     * @param ofShare the request is of the share of the new release
     */
    public @Nullable TargetState claim(long affinity, boolean ofShare, Tried tried, long now) {
        Group first = ofShare ? fresh : primary;
        if (affinity != 0) {
            TargetState wanted = first.claimOnly(affinity, tried, now);
            wanted = wanted == null ? backup.claimOnly(affinity, tried, now) : wanted;
            if (wanted != null) {
                return wanted;
            }
        }
        return claim(first, ofShare ? primary : fresh, tried, now);
    }

    public @Nullable TargetState claim(Tried tried, long now) {
        return claim(primary, fresh, tried, now);
    }

    /**
     * Claims a target for a request: first one that is neither suspect nor tried, then one of the
     * other release, then a backup, then any at all. Null when none can take it.
     */
    private @Nullable TargetState claim(Group first, Group second, Tried tried, long now) {
        TargetState chosen = claim(first, second, tried, true, now);
        return chosen == null ? claim(first, second, tried, false, now) : chosen;
    }

    private @Nullable TargetState claim(
            Group first, Group second, Tried tried, boolean skipSuspects, long now) {
        TargetState chosen = first.claim(tried, skipSuspects, now);
        if (chosen == null) {
            chosen = second.claim(tried, skipSuspects, now);
        }
        return chosen == null ? backup.claim(tried, skipSuspects, now) : chosen;
    }

    /** Whether a target could be claimed that is neither suspect nor tried. */
    public boolean offer(Tried tried, long now) {
        return primary.offers(tried, now) || fresh.offers(tried, now) || backup.offers(tried, now);
    }

    /** Tells that a connection to the target failed. */
    public void suspect(TargetState target, long now) {
        for (Group group : List.of(primary, fresh, backup)) {
            if (group.has(target)) {
                group.suspect(target, now);
            }
        }
    }
}

package dev.concertina.contract;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything the gateway obeys, immutable and replaced whole. A target that is absent takes no new
 * request; what it has in flight goes on, and {@code drain} says when that has ended.
 *
 * @param version grows with every table of one fleet; a gateway refuses an older one
 * @param split how requests are divided between two releases; empty: not at all
 */
public record RoutingTable(
        long version,
        Balance balance,
        List<Target> targets,
        Policies policies,
        Optional<Split> split) {

    public RoutingTable {
        targets = List.copyOf(targets);
        // A table that was written down before there were policies has none.
        policies = Objects.requireNonNullElseGet(policies, Policies::defaults);
        split = Objects.requireNonNullElseGet(split, Optional::empty);
    }

    /** All requests are alike. */
    public RoutingTable(long version, Balance balance, List<Target> targets, Policies policies) {
        this(version, balance, targets, policies, Optional.empty());
    }

    /** With {@link Policies#defaults()}. */
    public RoutingTable(long version, Balance balance, List<Target> targets) {
        this(version, balance, targets, Policies.defaults());
    }

    /** The table before the first one: nobody can take a request. */
    public static RoutingTable empty() {
        return new RoutingTable(0, Balance.ROUND_ROBIN, List.of());
    }
}

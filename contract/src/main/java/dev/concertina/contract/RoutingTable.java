package dev.concertina.contract;

import java.util.List;

/**
 * Everything the gateway obeys, immutable and replaced whole. A target that is absent takes no new
 * request; what it has in flight goes on, and {@code drain} says when that has ended.
 *
 * @param version grows with every table of one fleet; a gateway refuses an older one
 */
public record RoutingTable(long version, Balance balance, List<Target> targets) {

    public RoutingTable {
        targets = List.copyOf(targets);
    }

    /** The table before the first one: nobody can take a request. */
    public static RoutingTable empty() {
        return new RoutingTable(0, Balance.ROUND_ROBIN, List.of());
    }
}

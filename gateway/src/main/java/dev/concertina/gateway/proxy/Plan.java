package dev.concertina.gateway.proxy;

import dev.concertina.contract.RoutingTable;
import dev.concertina.gateway.route.Routes;

/**
 * One routing table as the event loops obey it: where requests may go, and what else is done with
 * them. Immutable; both change at once.
 */
public record Plan(Routes routes, Rules rules) {

    /** The plan before the first table. */
    static Plan empty() {
        return new Plan(Routes.empty(), Rules.defaults());
    }

    /**
     * The plan after this one: targets that are the same keep their state.
     *
     * @param now nanoseconds
     * @throws IllegalArgumentException naming what of the policies cannot be obeyed
     */
    public Plan follow(RoutingTable next, long now) {
        return new Plan(routes.follow(next, now), rules.follow(next));
    }
}

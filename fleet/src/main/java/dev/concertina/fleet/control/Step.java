package dev.concertina.fleet.control;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one event leads to.
 *
 * @param actions in the order to begin them
 * @param wakeAt when to step again with {@link Event.Woke} if nothing else happens before
 */
public record Step(FleetState state, List<Action> actions, Optional<Instant> wakeAt) {
    public Step {
        actions = List.copyOf(actions);
    }
}

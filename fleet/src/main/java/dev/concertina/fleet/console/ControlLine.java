package dev.concertina.fleet.console;

import java.util.Optional;

/** One line of an answer on the control socket: events while it goes on, the outcome last. */
record ControlLine(Optional<FleetEvent> event, Optional<FleetCommands.Outcome> outcome) {
    static ControlLine of(FleetEvent event) {
        return new ControlLine(Optional.of(event), Optional.empty());
    }

    static ControlLine of(FleetCommands.Outcome outcome) {
        return new ControlLine(Optional.empty(), Optional.of(outcome));
    }
}

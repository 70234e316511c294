package dev.concertina.fleet.control;

import dev.concertina.fleet.control.supervise.ReadyCheck;
import dev.concertina.fleet.control.supervise.Slot;
import java.util.Optional;

/** How an instance is asked whether it is ready: as the manifest says, else as was found out. */
final class Checks {
    private Checks() {}

    static Optional<ReadyCheck> of(Settings settings, FleetState state, Slot slot) {
        return settings.readiness()
                .path()
                .map(path -> new ReadyCheck(path, false))
                .or(() -> Optional.ofNullable(state.checks().get(slot.release())));
    }
}

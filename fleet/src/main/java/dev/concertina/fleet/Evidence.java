package dev.concertina.fleet;

import dev.concertina.fleet.console.FleetCommands.Outcome;
import dev.concertina.fleet.control.FleetState;
import dev.concertina.fleet.control.supervise.Slot;
import dev.concertina.fleet.host.LogTail;
import dev.concertina.fleet.runtime.InstanceLauncher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why something is not ready, never bare: the end of its log, and what to type next. */
final class Evidence {
    private static final int LINES = 20;

    private final Path stateDirectory;

    Evidence(Path stateDirectory) {
        this.stateDirectory = stateDirectory;
    }

    /** The end of the instance's log; empty if there is no instance. */
    Optional<String> of(String instance) {
        if (instance.isEmpty()) {
            return Optional.empty();
        }
        Path log = InstanceLauncher.log(stateDirectory, instance);
        String tail = LogTail.since(log, 0, LINES);
        String shown =
                tail.isBlank()
                        ? "It wrote nothing to " + log + "."
                        : "The last lines of " + log + ":\n" + tail.indent(2).stripTrailing();
        return Optional.of(shown + "\nNext: concertina logs " + instance);
    }

    /** The same for one that was given up: what brings it back. */
    Optional<String> ofFailed(String instance) {
        return of(instance)
                .map(shown ->
                        shown
                                + "\nNext: correct the cause, then concertina restart "
                                + instance
                                + ", or concertina deploy");
    }

    Outcome unsettled(FleetState state, Duration within) {
        String missing =
                state.slots().stream()
                        .filter(s -> !(s instanceof Slot.Ready))
                        .map(s -> s.instance() + " " + reason(s).orElse("is on its way"))
                        .collect(Collectors.joining("; "));
        String text =
                state.ready()
                        + " of "
                        + state.wanted()
                        + " instances are ready after "
                        + within.toSeconds()
                        + " s: "
                        + missing;
        Optional<String> detail =
                state.slots().stream()
                        .filter(s -> !(s instanceof Slot.Ready))
                        .findFirst()
                        .flatMap(s -> of(s.instance()));
        return new Outcome(false, text, detail);
    }

    /** Why the slot is not ready; empty when it is, or is leaving. */
    static Optional<String> reason(Slot slot) {
        return switch (slot) {
            case Slot.Starting s when s.warmth() != Slot.Warmth.COLD ->
                    Optional.of("is being warmed up");
            case Slot.Starting s -> Optional.of(s.health().last());
            case Slot.Unready s -> Optional.of(s.health().last());
            case Slot.Stopping s when !s.reason().isEmpty() -> Optional.of(s.reason());
            case Slot.Waiting s -> Optional.of(s.reason());
            case Slot.Failed s -> Optional.of(s.reason());
            case Slot.Ready _, Slot.Draining _, Slot.Stopping _ -> Optional.empty();
        };
    }
}

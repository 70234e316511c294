package dev.concertina.cli;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** How verbs come to a fleet: the running one of a state directory, or a new one. */
interface Fleets {
    /** The fleet whose process runs. */
    Optional<FleetCommands> running(Path stateDirectory) throws IOException;

    /**
     * Starts a fleet process that outlives this one and adopts what an earlier one left running.
     *
     * @return once it takes commands
     * @throws Refusal if it ends before that
     */
    FleetCommands start(Manifest manifest) throws IOException, InterruptedException;
}

package dev.concertina.cli;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.console.FleetCommands.Outcome;
import dev.concertina.fleet.manifest.ManifestReader;
import dev.concertina.fleet.manifest.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

@Command(
        name = "down",
        description = "End everything in order: drain, stop instances, gateway and services.")
final class Down extends Verb {
    @Override
    public Integer call() throws IOException, InterruptedException {
        var state = options.stateDirectory();
        var fleet = running(state);
        if (fleet.isPresent()) {
            var outcome = down(fleet.get());
            awaitEnd(state);
            force(Leftovers.of(state));
            return ended(outcome);
        }
        force(Leftovers.of(state));
        return ended(new Outcome(true, "Nothing of " + options.file + " runs.", Optional.empty()));
    }

    private Outcome down(FleetCommands fleet) {
        return Detached.saying(
                terminal(),
                "The fleet goes on stopping. Next: concertina status" + options.repeated(),
                () -> fleet.down(story()));
    }

    /** The fleet; if only its process is gone, a new one that adopts what is left. */
    private Optional<FleetCommands> running(Path state) throws IOException, InterruptedException {
        var running = fleets().running(state);
        var effective = state.resolve("manifest.yaml");
        if (running.isPresent() || !Files.exists(effective)) {
            return running;
        }
        var left = Leftovers.of(state);
        if (left.isEmpty()) {
            return Optional.empty();
        }
        terminal().story("The fleet process is gone; left: " + Count.processes(left.size()) + ".");
        if (ManifestReader.read(effective) instanceof Reading.Read read) {
            try {
                return Optional.of(fleets().start(read.manifest()));
            } catch (Refusal e) {
                terminal().story(terminal().yellow(String.valueOf(e.getMessage())));
            }
        }
        return Optional.empty();
    }

    private void awaitEnd(Path state) throws IOException, InterruptedException {
        for (int i = 0; i < 100 && fleets().running(state).isPresent(); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        for (int i = 0; i < 100 && !Leftovers.of(state).isEmpty(); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Ends what did not end in order. */
    private void force(List<ProcessHandle> left) throws InterruptedException {
        if (!left.isEmpty()) {
            terminal().story("Ending " + Count.processes(left.size()) + " that nobody watches.");
            Leftovers.end(left);
        }
    }
}

package dev.concertina.cli;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.console.FleetEvent;
import dev.concertina.fleet.wire.Json;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** A verb on a fleet: knows the manifest's options, the terminal, and how to reach the fleet. */
abstract class Verb implements Callable<Integer> {
    @ParentCommand Main main = Main.unset();

    // picocli takes the options from the class of the value, so a verb may have others.
    @Mixin ManifestOptions options = manifestOptions();

    @Option(names = "--json", description = "Answer in JSON; one object a line where it streams.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    ManifestOptions manifestOptions() {
        return new ManifestOptions.WithShortName();
    }

    Terminal terminal() {
        return main.terminal();
    }

    Fleets fleets() {
        return main.fleets();
    }

    /** The running fleet of the manifest. */
    FleetCommands fleet() throws IOException {
        var state = options.stateDirectory();
        var running = fleets().running(state);
        if (running.isPresent()) {
            return running.get();
        }
        int left = Leftovers.of(state).size();
        throw Refusal.failed(
                left == 0
                        ? "No fleet of "
                                + options.file
                                + " is up. Next: concertina up -d"
                                + options.repeated()
                        : "The fleet process is gone; "
                                + Count.processes(left)
                                + " of it still there. Next: concertina up -d"
                                + options.repeated()
                                + " adopts them, concertina down"
                                + options.repeated()
                                + " ends them");
    }

    Consumer<FleetEvent> story() {
        return json ? Story.json(terminal()) : Story.told(terminal());
    }

    /** Prints how a command ended and says so in the exit code. */
    int ended(FleetCommands.Outcome outcome) {
        if (json) {
            var line = new LinkedHashMap<String, Object>();
            line.put("kind", "outcome");
            line.put("done", outcome.done());
            line.put("text", outcome.text());
            line.put("detail", outcome.detail());
            terminal().answer(Json.write(line));
        } else if (outcome.done()) {
            terminal().answer(outcome.text());
        } else {
            terminal().story(terminal().red(outcome.text()));
            outcome.detail().ifPresent(detail -> terminal().story(Story.indented(detail)));
        }
        return outcome.done() ? ExitCode.DONE : ExitCode.FAILED;
    }
}

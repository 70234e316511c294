package dev.concertina.cli;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.console.FleetCommands.Outcome;
import dev.concertina.fleet.console.FleetEvent;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.Preflight;
import dev.concertina.fleet.manifest.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;

/** One start of a fleet: checks first, then starts, waits, and undoes everything if it fails. */
record Launch(
        Terminal terminal, Fleets fleets, ManifestOptions options, Consumer<FleetEvent> story) {

    private static final Duration LAST_EVENTS = Duration.ofMillis(100);

    /** The fleet once everything is ready; empty if it failed, which has been said then. */
    Optional<FleetCommands> start(Reading.Read read) throws IOException, InterruptedException {
        var manifest = read.manifest();
        var left = Leftovers.of(manifest.stateDirectory());
        var problems = Preflight.check(read, terminal.environment(), !left.isEmpty());
        if (!problems.isEmpty()) {
            throw Refusal.of(problems);
        }
        if (left.isEmpty()) {
            terminal.story(
                    "Starting "
                            + Count.instances(manifest.instances().min())
                            + " of "
                            + manifest.app().name()
                            + ".");
        } else {
            terminal.story(
                    "Adopting "
                            + Count.processes(left.size())
                            + " of "
                            + manifest.app().name()
                            + ".");
        }
        services(manifest.services()).ifPresent(terminal::story);
        var fleet = started(manifest, left.isEmpty());
        var outcome = left.isEmpty() ? settledOrEnded(fleet, manifest) : settled(fleet, manifest);
        if (outcome.done()) {
            return Optional.of(fleet);
        }
        failed(read, outcome);
        if (left.isEmpty()) {
            terminal.story("Taking everything down again.");
            fleet.down(event -> {});
        }
        return Optional.empty();
    }

    private FleetCommands started(Manifest manifest, boolean afresh)
            throws IOException, InterruptedException {
        try {
            return fleets.start(manifest);
        } catch (Refusal e) {
            if (afresh) {
                // The services may have come up before the gateway did not.
                Leftovers.end(Leftovers.of(manifest.stateDirectory()));
            }
            throw e;
        }
    }

    private static Optional<String> services(Manifest.Services services) {
        var names = new ArrayList<String>();
        services.postgres().filter(Launch::embedded).ifPresent(_ -> names.add("PostgreSQL"));
        services.redis().filter(Launch::embedded).ifPresent(_ -> names.add("Redis"));
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("First " + String.join(" and ", names) + ".");
    }

    private static boolean embedded(Manifest.Service service) {
        return service instanceof Manifest.Service.Embedded;
    }

    /** Who is asked to end while it starts something leaves nothing of it. */
    private Outcome settledOrEnded(FleetCommands fleet, Manifest manifest)
            throws InterruptedException {
        try (var _ = Interrupts.endHandledBy(() -> end(fleet))) {
            return settled(fleet, manifest);
        }
    }

    private void end(FleetCommands fleet) {
        terminal.story("Asked to end. Taking everything down again.");
        fleet.down(event -> {});
        Runtime.getRuntime().halt(ExitCode.TERMINATED);
    }

    private Outcome settled(FleetCommands fleet, Manifest manifest) throws InterruptedException {
        // What happened before we could ask is part of the story too.
        var told = Thread.ofVirtual().start(() -> fleet.events(0, story));
        try {
            return Detached.saying(
                    terminal,
                    "The fleet goes on starting. Next: concertina status"
                            + options.repeated()
                            + ", or: concertina down"
                            + options.repeated(),
                    () -> fleet.settled(Up.settlesWithin(manifest), event -> {}));
        } finally {
            told.join(LAST_EVENTS);
            told.interrupt();
            told.join();
        }
    }

    private void failed(Reading.Read read, Outcome outcome) {
        var app = read.manifest().app();
        var health = app.health().ready();
        var key =
                health.isPresent()
                        ? "app.health.ready"
                        : app.program() instanceof Manifest.Program.Jar ? "app.jar" : "app.command";
        terminal.story(terminal.red(read.place(key) + "  " + outcome.text()));
        terminal.story("  " + key + " is " + health.orElseGet(() -> shown(app.program())));
        outcome.detail().ifPresent(detail -> terminal.story(Story.indented(detail)));
        terminal.story(
                "Next: correct what the lines above name, then 'concertina up"
                        + options.repeated()
                        + "'. The whole log: concertina logs"
                        + (options.repeated().isEmpty() ? "" : " --file " + options.file));
    }

    private static String shown(Manifest.Program program) {
        return switch (program) {
            case Manifest.Program.Jar jar -> jar.path().toString();
            case Manifest.Program.Command command -> String.join(" ", command.words());
        };
    }
}

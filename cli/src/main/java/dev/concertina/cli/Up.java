package dev.concertina.cli;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.ManifestReader;
import dev.concertina.fleet.manifest.Programs;
import dev.concertina.fleet.manifest.Reading;
import dev.concertina.fleet.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "up",
        description = {
            "Start everything the manifest asks for, or one jar with no manifest at all.",
            "Stays attached: Ctrl-C takes the fleet down in order, a second one leaves it running."
        })
final class Up extends Verb {
    private static final Duration SERVICES_WITHIN = Duration.ofMinutes(3);

    @Parameters(
            arity = "0..1",
            paramLabel = "JAR",
            description = "A runnable jar, instead of a manifest.")
    Optional<Path> jar = Optional.empty();

    @Option(
            names = {"-n", "--instances"},
            paramLabel = "N",
            description = "How many instances (default: the manifest's; 1 for a jar).")
    Optional<Integer> instances = Optional.empty();

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "Where clients come in: PORT or HOST:PORT (default: the manifest's).")
    Optional<String> listen = Optional.empty();

    @Option(
            names = {"-d", "--detach"},
            description = "Return once everything is ready; the fleet goes on.")
    boolean detach;

    @Option(
            names = "--pid-file",
            paramLabel = "FILE",
            description = {
                "Write the pid of the fleet process there once it is up, also if it was before.",
                "The file is left to whoever asked for it."
            })
    Optional<Path> pidFile = Optional.empty();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var read = reading();
        var manifest = read.manifest();
        forgetPid();
        var running = fleets().running(manifest.stateDirectory());
        if (running.isPresent()) {
            return already(manifest, running.get());
        }
        var started =
                new Launch(terminal(), fleets(), options, json ? story() : Story.brief(terminal()))
                        .start(read);
        if (started.isEmpty()) {
            return ExitCode.REFUSED;
        }
        return serving(manifest, started.get());
    }

    /** One from before a power failure would name somebody else's process. */
    private void forgetPid() throws IOException {
        if (pidFile.isEmpty()) {
            return;
        }
        Path file = terminal().directory().resolve(pidFile.get());
        if (Files.isDirectory(file)) {
            throw Refusal.usage("--pid-file " + pidFile.get() + " is a folder. Name a file in it.");
        }
        Files.deleteIfExists(file);
    }

    private Reading.Read reading() {
        var read =
                jar.map(path -> Programs.ofJar(path, terminal().directory()))
                        .orElseGet(options::read);
        return Overrides.apply(read, instances, listen);
    }

    private int serving(Manifest manifest, FleetCommands fleet) throws IOException {
        show(fleet);
        if (detach) {
            return ExitCode.DONE;
        }
        return new Attachment(terminal(), options, fleet, story()).hold(manifest);
    }

    private void show(FleetCommands fleet) throws IOException {
        var status = fleet.status();
        if (pidFile.isPresent()) {
            Files.writeString(terminal().directory().resolve(pidFile.get()), status.pid() + "\n");
        }
        terminal()
                .answer(
                        json
                                ? Json.write(status)
                                : StatusText.render(status, Clock.systemUTC().instant())
                                        .stripTrailing());
    }

    /** The fleet is up: nothing is started, differences are named. */
    private int already(Manifest wanted, FleetCommands fleet) throws IOException {
        var runs = wanted.stateDirectory().resolve("manifest.yaml");
        var differences =
                Files.exists(runs) && ManifestReader.read(runs) instanceof Reading.Read r
                        ? Differences.between(r.manifest(), wanted)
                        : List.<String>of();
        terminal().story(wanted.app().name() + " is up already.");
        if (!differences.isEmpty()) {
            terminal().story(terminal().yellow("It differs from " + options.file + ":"));
            differences.forEach(line -> terminal().story("  " + line));
            terminal().story(next(differences, wanted));
        }
        show(fleet);
        if (!differences.isEmpty()) {
            return ExitCode.FAILED;
        }
        return detach
                ? ExitCode.DONE
                : new Attachment(terminal(), options, fleet, story()).hold(wanted);
    }

    private String next(List<String> differences, Manifest wanted) {
        if (differences.stream().allMatch(line -> line.startsWith("instances"))) {
            return "Next: concertina scale " + wanted.instances().min() + options.repeated();
        }
        return "Next: 'concertina deploy"
                + options.repeated()
                + "' for a new jar; for anything else 'concertina down"
                + options.repeated()
                + "' and 'up' again.";
    }

    /** How long a first start may take altogether. */
    static Duration settlesWithin(Manifest manifest) {
        return manifest.app().health().startWithin().multipliedBy(2).plus(SERVICES_WITHIN);
    }
}

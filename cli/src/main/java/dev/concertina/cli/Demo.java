package dev.concertina.cli;

import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.ManifestReader;
import dev.concertina.fleet.manifest.Reading;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "demo",
        description =
                "Run the sample application as three instances with PostgreSQL and Redis, and verify"
                        + " it.")
final class Demo implements Callable<Integer> {
    @ParentCommand Main main = Main.unset();

    @Option(names = "--keep", description = "Leave the fleet up afterwards.")
    boolean keep;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Write report.json, report.html and junit.xml there.")
    Optional<Path> report = Optional.empty();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Source of the random choices (default: ${DEFAULT-VALUE}).")
    long seed;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var terminal = main.terminal();
        var options = new ManifestOptions.WithShortName();
        options.file = sample(terminal);
        var read = onFreePort(options.read(), terminal);
        var manifest = read.manifest();
        var running = main.fleets().running(manifest.stateDirectory());
        var fleet =
                running.isPresent()
                        ? running
                        : new Launch(terminal, main.fleets(), options, Story.brief(terminal))
                                .start(read);
        if (fleet.isEmpty()) {
            return ExitCode.REFUSED;
        }
        var status = fleet.get().status();
        terminal.answer(StatusText.render(status, Clock.systemUTC().instant()));
        terminal.answer(
                "The sample application serves at " + terminal.bold(status.address()) + "\n");
        int verdict = ExitCode.UNKNOWN;
        try {
            verdict = new Judgement(terminal, false, report).of(manifest, fleet.get(), seed);
        } finally {
            if (keep) {
                terminal.answer(
                        "\nThe fleet stays up at "
                                + status.address()
                                + ". Next: concertina status -f "
                                + options.file
                                + ", and at the end: concertina down -f "
                                + options.file);
            } else {
                terminal.story("Taking everything down.");
                terminal.story(fleet.get().down(Story.told(terminal)).text());
            }
        }
        return verdict;
    }

    private static Path sample(Terminal terminal) {
        var home = Path.of(terminal.environment().getOrDefault("CONCERTINA_HOME", "."));
        var sample = home.resolve("samples/registry/concertina.yaml").toAbsolutePath().normalize();
        var here = terminal.directory();
        return sample.startsWith(here) ? here.relativize(sample) : sample;
    }

    /** The demo must not fail because something else has the usual port. */
    private static Reading.Read onFreePort(Reading.Read read, Terminal terminal)
            throws IOException {
        Manifest m = read.manifest();
        if (free(m.gateway().port())) {
            return read;
        }
        terminal.story("Port " + m.gateway().port() + " is taken; the demo listens on a free one.");
        var listener = ManifestReader.listener("127.0.0.1:0", m.gateway()).orElseThrow();
        return new Reading.Read(m.with(m.instances(), listener), read.places());
    }

    private static boolean free(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

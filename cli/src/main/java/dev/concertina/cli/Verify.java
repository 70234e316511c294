package dev.concertina.cli;

import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.manifest.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "verify",
        description = {
            "Kill, drain and redeploy instances under load, and say with evidence whether anybody",
            "could have noticed. Uses the running fleet, else starts one and takes it down again."
        })
final class Verify extends Verb {
    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Write report.json, report.html and junit.xml there.")
    Optional<Path> report = Optional.empty();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Repeat the random choices of an earlier run.")
    Optional<Long> seed = Optional.empty();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var read = options.read();
        var running = fleets().running(read.manifest().stateDirectory());
        if (running.isPresent()) {
            return judge(read, running.get());
        }
        var started =
                new Launch(terminal(), fleets(), options, Story.brief(terminal())).start(read);
        if (started.isEmpty()) {
            return ExitCode.REFUSED;
        }
        try {
            return judge(read, started.get());
        } finally {
            terminal().story("Taking the fleet down again.");
            started.get().down(event -> {});
        }
    }

    private int judge(Reading.Read read, FleetCommands fleet)
            throws IOException, InterruptedException {
        long from = seed.orElseGet(() -> new SecureRandom().nextLong(1, 1_000_000_000));
        return new Judgement(terminal(), json, report).of(read.manifest(), fleet, from);
    }
}

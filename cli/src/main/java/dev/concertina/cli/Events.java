package dev.concertina.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "events", description = "Follow what happens in the fleet, until Ctrl-C.")
final class Events extends Verb {
    @Option(
            names = "--from",
            paramLabel = "N",
            defaultValue = "0",
            description = "Begin with the event of this number (default: all that are kept).")
    long from;

    @Override
    public Integer call() throws IOException {
        fleet().events(from, json ? Story.json(terminal()) : Story.answered(terminal()));
        return ExitCode.DONE;
    }
}

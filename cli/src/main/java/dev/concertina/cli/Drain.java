package dev.concertina.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "drain",
        description = "Take an instance out of traffic, wait for its requests, replace it.")
final class Drain extends Verb {
    @Parameters(paramLabel = "ID", description = "The instance.")
    String instance = "";

    @Override
    public Integer call() throws IOException {
        var fleet = fleet();
        Instances.known(fleet.status(), instance);
        return Detached.saying(
                terminal(),
                "The fleet goes on draining. Next: concertina status" + options.repeated(),
                () -> ended(fleet.drain(instance, story())));
    }
}

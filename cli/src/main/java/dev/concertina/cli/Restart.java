package dev.concertina.cli;

import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "restart",
        description = "Replace one instance, or all one by one, without losing a request.")
final class Restart extends Verb {
    @Parameters(arity = "0..1", paramLabel = "ID", description = "One instance (default: all).")
    Optional<String> instance = Optional.empty();

    @Override
    public Integer call() throws IOException {
        var fleet = fleet();
        instance.ifPresent(id -> Instances.known(fleet.status(), id));
        return Detached.saying(
                terminal(),
                "The fleet goes on restarting. Next: concertina status" + options.repeated(),
                () -> ended(fleet.restart(instance, story())));
    }
}

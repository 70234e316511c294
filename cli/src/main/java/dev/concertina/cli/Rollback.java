package dev.concertina.cli;

import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "rollback",
        description = {
            "Let a release that is kept serve again, without losing a request.",
            "While a release is on its way, the same as abort."
        })
final class Rollback extends Verb {
    @Parameters(
            arity = "0..1",
            paramLabel = "RELEASE",
            description = "Such as r3 (default: the one that served before).")
    Optional<String> release = Optional.empty();

    @Override
    public Integer call() throws IOException {
        var fleet = fleet();
        return Detached.saying(
                terminal(),
                "The fleet goes on going back. Next: concertina status" + options.repeated(),
                () -> ended(fleet.rollback(release, story())));
    }
}

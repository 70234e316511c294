package dev.concertina.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "promote",
        description = {
            "Let the release on its way go one step further, whatever the judge thinks.",
            "At the last step: let the old one go."
        })
final class Promote extends Verb {
    @Option(names = "--all", description = "To the last step at once.")
    boolean all;

    @Override
    public Integer call() throws IOException {
        var fleet = fleet();
        return Detached.saying(
                terminal(),
                "The fleet goes on with it. Watch it: concertina status -w" + options.repeated(),
                () -> ended(fleet.promote(all, story())));
    }
}

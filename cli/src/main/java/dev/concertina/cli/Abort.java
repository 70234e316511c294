package dev.concertina.cli;

import java.io.IOException;
import picocli.CommandLine.Command;

@Command(name = "abort", description = "Take the release on its way back; the old one serves on.")
final class Abort extends Verb {
    @Override
    public Integer call() throws IOException {
        var fleet = fleet();
        return Detached.saying(
                terminal(),
                "The fleet goes on taking it back. Next: concertina status" + options.repeated(),
                () -> ended(fleet.abort(story())));
    }
}

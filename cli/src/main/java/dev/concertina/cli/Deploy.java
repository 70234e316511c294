package dev.concertina.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "deploy",
        description =
                "Replace every instance by one of a new release, as the manifest's rollout says,"
                        + " without losing a request. Blocks until the old release is drained."
                        + " Given again, it waits for the same rollout.")
final class Deploy extends Verb {
    @Parameters(
            arity = "0..1",
            paramLabel = "JAR",
            description = "The new release (default: the manifest's jar as it is now).")
    Optional<Path> jar = Optional.empty();

    @Option(names = "--again", description = "Even if this very jar serves already.")
    boolean again;

    @Override
    public Integer call() throws IOException {
        if (jar.isPresent() && !Files.isRegularFile(jar.get())) {
            throw Refusal.usage(jar.get() + " is no file. Build it, or correct the path.");
        }
        var fleet = fleet();
        var absolute = jar.map(Path::toAbsolutePath);
        return Detached.saying(
                terminal(),
                "The fleet goes on with the rollout: it ends with every instance on the new release,"
                        + " or rolled back. Watch it: concertina status -w"
                        + options.repeated()
                        + ". Wait for it again: the same command. Take it back: concertina abort"
                        + options.repeated(),
                () -> ended(fleet.deploy(absolute, again, story())));
    }
}

package dev.concertina.cli;

import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.ManifestReader;
import dev.concertina.fleet.manifest.Reading;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every verb that needs a manifest. */
abstract class ManifestOptions {
    private static final String USUAL = "concertina.yaml";

    Path file = Path.of(USUAL);

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME",
            description = "Lay the file concertina.NAME.yaml over the manifest.")
    Optional<String> environment = Optional.empty();

    /** The manifest, or a refusal with everything that is wrong with it. */
    Reading.Read read() {
        return switch (ManifestReader.read(file, environment)) {
            case Reading.Read read -> read;
            case Reading.Refused refused -> throw Refusal.of(refused.problems());
        };
    }

    Manifest manifest() {
        return read().manifest();
    }

    /** Where the fleet of this manifest keeps its state, whether or not the file exists. */
    Path stateDirectory() {
        return file.toAbsolutePath().normalize().resolveSibling(".concertina");
    }

    /** This file, named by hand. */
    Path taken(Path named) {
        file = named;
        return named;
    }

    Optional<String> overlay() {
        return environment;
    }

    /** {@code -f FILE} as it must be repeated in a command that we suggest. */
    String repeated() {
        var text = file.toString().equals(USUAL) ? "" : " -f " + file;
        return text + environment.map(e -> " --env " + e).orElse("");
    }

    /** As nearly every verb has them. */
    static final class WithShortName extends ManifestOptions {
        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                defaultValue = USUAL,
                description = "The manifest (default: ${DEFAULT-VALUE}).")
        void file(Path path) {
            file = path;
        }
    }

    /** For the verb whose {@code -f} follows. */
    static final class WithLongName extends ManifestOptions {
        @Option(
                names = "--file",
                paramLabel = "FILE",
                defaultValue = USUAL,
                description = "The manifest (default: ${DEFAULT-VALUE}).")
        void file(Path path) {
            file = path;
        }
    }
}

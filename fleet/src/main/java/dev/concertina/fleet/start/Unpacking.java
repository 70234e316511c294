package dev.concertina.fleet.start;

import dev.concertina.fleet.host.Confines;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.LaunchSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Unpacks a Spring Boot jar by its own means: the classes of its libraries are then read from
 * ordinary jars, which is quicker, and which the JVM can archive.
 *
 * @param log where the jar's own words go
 */
public record Unpacking(Host host, Path java, Path log) {
    private static final Duration WITHIN = Duration.ofMinutes(2);

    /** Whether anything would come of it. */
    public static boolean applies(Path jar) {
        return BootJar.of(jar).filter(BootJar::unpackable).isPresent();
    }

    /**
     * @param folder is made; afterwards it holds the application's jar under its own name, and its
     *     libraries
     * @return empty if that is so, else why not
     */
    public Optional<String> unpack(Path jar, Path folder) {
        Path draft = folder.resolveSibling(folder.getFileName() + ".unfinished");
        Optional<String> failure = Run.failure(host, spec(jar, draft), WITHIN);
        if (failure.isPresent()) {
            return failure;
        }
        if (!Files.isRegularFile(draft.resolve(jar.getFileName()))) {
            return Optional.of("it unpacked nothing to start");
        }
        try {
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    private LaunchSpec spec(Path jar, Path folder) {
        return new LaunchSpec(
                "unpacking",
                List.of(
                        java.toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Djarmode=tools",
                        "-jar",
                        jar.toAbsolutePath().toString(),
                        "extract",
                        "--destination",
                        folder.toAbsolutePath().toString()),
                Map.of(),
                jar.toAbsolutePath().resolveSibling(""),
                log,
                Confines.yielding());
    }
}

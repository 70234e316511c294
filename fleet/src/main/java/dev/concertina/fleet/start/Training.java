package dev.concertina.fleet.start;

import dev.concertina.contract.Env;
import dev.concertina.fleet.host.Confines;
import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.Instance;
import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.Signal;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs of the application for the sake of an archive. They go as far as the application context
 * being complete and end there, before anything is listened to, scheduled or consumed. They have
 * the lowest priority, and are in no table.
 *
 * @param name of the processes, and their {@code INSTANCE_ID}
 * @param launch as an instance would be launched without it
 */
public record Training(Host host, String name, LaunchSpec launch, Archive archive) {
    // Spring Framework ends the JVM itself there; other programs do not know it and are not
    // trained.
    static final String END = "-Dspring.context.exit=onRefresh";

    private static final String UNFINISHED = ".unfinished";

    /**
     * @return empty if the archive is there now, else why not
     */
    public Optional<String> run() {
        sweep();
        Path file = archive.file().toAbsolutePath();
        Path draft = file.resolveSibling(file.getFileName() + "." + System.nanoTime() + UNFINISHED);
        try {
            List<Archive.Stage> stages = archive.stages(launch.command(), draft);
            for (Archive.Stage stage : stages) {
                if (stage.equals(stages.getLast()) && !Files.isRegularFile(draft)) {
                    return Optional.of("the JVM wrote no " + archive.name());
                }
                Optional<String> failure = Run.failure(host, spec(stage), stage.within());
                if (failure.isPresent()) {
                    return failure;
                }
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.toString());
        } finally {
            sweep();
        }
    }

    /** Ends what is left of a run, whoever began it, and removes what it did not finish. */
    public void sweep() {
        // A JVM that assembles a cache has its parent's environment.
        for (Optional<Instance> left = left(); left.isPresent(); left = left()) {
            left.get().signal(Signal.KILL);
            left.get().exit().toCompletableFuture().join();
        }
        Path folder = archive.file().toAbsolutePath().resolveSibling("");
        try (DirectoryStream<Path> drafts =
                Files.newDirectoryStream(folder, "*" + UNFINISHED + "*")) {
            for (Path draft : drafts) {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            // The release is gone, or the next run removes it.
        }
    }

    private Optional<Instance> left() {
        return host.find(Env.INSTANCE_ID, name);
    }

    private LaunchSpec spec(Archive.Stage stage) {
        return new LaunchSpec(
                name,
                stage.command(),
                environment(),
                launch.directory(),
                launch.log(),
                Confines.yielding());
    }

    private Map<String, String> environment() {
        var env = new HashMap<>(launch.env());
        env.put(Env.INSTANCE_ID, name);
        return env;
    }
}

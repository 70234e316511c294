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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run of the application for the sake of its AOT cache. It goes as far as the application
 * context being complete and ends there, before anything is listened to, scheduled or consumed. It
 * has the lowest priority, and is in no table.
 *
 * @param name of the process, and its {@code INSTANCE_ID}
 * @param launch as an instance would be launched, its JVM's options up to {@code -jar}
 */
public record Training(Host host, String name, LaunchSpec launch, AotCache cache) {
    private static final Duration WITHIN = Duration.ofMinutes(5);
    private static final Duration CHECK_WITHIN = Duration.ofMinutes(1);
    private static final String UNFINISHED = ".unfinished";

    // Spring Framework ends the JVM itself there; other programs do not know it and are not
    // trained.
    private static final String END = "-Dspring.context.exit=onRefresh";

    /**
     * @return empty if the cache is there now, else why not
     */
    public Optional<String> run() {
        sweep();
        Path draft =
                cache.file()
                        .resolveSibling(
                                cache.file().getFileName() + "." + System.nanoTime() + UNFINISHED);
        try {
            Optional<String> failure = Run.failure(host, training(draft), WITHIN);
            if (failure.isEmpty() && !Files.isRegularFile(draft)) {
                failure = Optional.of("the JVM wrote no cache");
            }
            failure = failure.or(() -> Run.failure(host, check(draft), CHECK_WITHIN));
            if (failure.isEmpty()) {
                Files.move(draft, cache.file(), StandardCopyOption.ATOMIC_MOVE);
            }
            return failure;
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
        Path folder = cache.file().toAbsolutePath().resolveSibling("");
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

    private LaunchSpec training(Path draft) {
        return spec(List.of("-XX:AOTCacheOutput=" + draft.toAbsolutePath(), END), launch.command());
    }

    /** The same JVM must be able to use it: an agent, for one, keeps it from doing so. */
    private LaunchSpec check(Path draft) {
        List<String> command = launch.command();
        int jar = command.indexOf("-jar");
        var words = new ArrayList<>(command.subList(0, jar));
        words.addAll(List.of("-cp", command.get(jar + 1), "-version"));
        return spec(List.of("-XX:AOTCache=" + draft.toAbsolutePath(), "-XX:AOTMode=on"), words);
    }

    private LaunchSpec spec(List<String> options, List<String> command) {
        var words = new ArrayList<>(command);
        words.addAll(1, options);
        return new LaunchSpec(
                name, words, environment(), launch.directory(), launch.log(), Confines.yielding());
    }

    private Map<String, String> environment() {
        var env = new HashMap<>(launch.env());
        env.put(Env.INSTANCE_ID, name);
        return env;
    }
}

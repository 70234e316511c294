package dev.concertina.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Processes that a fleet process left running when it was killed. */
final class Leftovers {
    private static final Duration FORCED_AFTER = Duration.ofSeconds(10);
    private static final Path PROC = Path.of("/proc");

    private Leftovers() {}

    /** Live processes whose output goes to a file of the state directory. */
    static List<ProcessHandle> of(Path stateDirectory) throws IOException {
        var left = new ArrayList<ProcessHandle>();
        if (!Files.isDirectory(PROC) || !Files.isDirectory(stateDirectory)) {
            return left;
        }
        var state = stateDirectory.toRealPath();
        try (var processes = Files.list(PROC)) {
            processes
                    .filter(p -> p.getFileName().toString().matches("\\d+"))
                    .filter(p -> writesInto(p, state))
                    .map(p -> Long.parseLong(p.getFileName().toString()))
                    .flatMap(pid -> ProcessHandle.of(pid).stream())
                    .forEach(left::add);
        }
        return left;
    }

    /** Asks the processes to end, and ends the ones that do not. */
    static void end(List<ProcessHandle> left) throws InterruptedException {
        left.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + FORCED_AFTER.toNanos();
        while (left.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        left.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean writesInto(Path process, Path state) {
        try {
            return Files.readSymbolicLink(process.resolve("fd/1")).startsWith(state);
        } catch (IOException | SecurityException e) {
            return false; // It has ended, or is somebody else's.
        }
    }
}

package dev.concertina.bench.requeststate;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps the processors from falling asleep while it is open, with work that gives way to any other.
 * A virtual processor that sleeps wakes up later than Redis answers: on an idle machine a single
 * call would be charged with that, and the second of several calls would not.
 */
final class Awake implements AutoCloseable {
    private final List<Process> spinners = new ArrayList<>();

    Awake() throws IOException {
        var command = new ArrayList<String>();
        command.addAll(isThere("chrt") ? List.of("chrt", "-i", "0") : List.of("nice", "-n", "19"));
        command.addAll(List.of("sh", "-c", spinning(ProcessHandle.current().pid())));
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            spinners.add(new ProcessBuilder(command).inheritIO().start());
        }
    }

    /** It ends by itself, also when nobody is left to close it. */
    private static String spinning(long parent) {
        return "while kill -0 "
                + parent
                + " 2>/dev/null; do i=0; while [ $i -lt 9999 ]; do i=$((i+1)); done; done";
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @Override
    public void close() {
        spinners.forEach(Process::destroyForcibly);
    }
}

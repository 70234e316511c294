package dev.concertina.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The log files of a state directory, one for each process. */
final class LogFiles {
    private LogFiles() {}

    static Path directory(Path stateDirectory) {
        return stateDirectory.resolve("logs");
    }

    static List<Path> all(Path stateDirectory) throws IOException {
        var directory = directory(stateDirectory);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.filter(f -> f.toString().endsWith(".log")).sorted().toList();
        }
    }

    static String name(Path log) {
        return log.getFileName().toString().replaceFirst("\\.log$", "");
    }
}

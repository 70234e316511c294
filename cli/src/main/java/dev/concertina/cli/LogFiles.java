package dev.concertina.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The log files of a state directory, one for each process. */
final class LogFiles {
    private static final int TAIL_BYTES = 256 * 1024;

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

    /** The last lines written after {@code from} bytes. */
    static String tail(Path log, long from, int lines) {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(from, file.length() - TAIL_BYTES);
            file.seek(Math.min(start, file.length()));
            var bytes = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(bytes);
            var all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }
}

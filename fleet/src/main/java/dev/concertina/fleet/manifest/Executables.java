package dev.concertina.fleet.manifest;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Finds a program as the operating system would. */
final class Executables {
    private Executables() {}

    static Optional<Path> find(String program, Path directory, Map<String, String> environment) {
        if (program.contains(File.separator)) {
            return Optional.of(directory.resolve(program)).filter(Files::isExecutable);
        }
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
            var candidate = Path.of(folder.isEmpty() ? "." : folder).resolve(program);
            if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}

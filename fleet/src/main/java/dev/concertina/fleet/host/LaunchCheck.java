package dev.concertina.fleet.host;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * Finds what would keep a program from starting, before it is tried: the system's own message
 * ("error=2, No such file or directory") does not say which file.
 */
final class LaunchCheck {
    private LaunchCheck() {}

    static void check(LaunchSpec spec) {
        if (spec.command().isEmpty()) {
            throw new HostException(spec.name() + ": the command has no words. Name a program.");
        }
        directory(spec);
        program(spec);
        log(spec);
    }

    private static void directory(LaunchSpec spec) {
        Path directory = spec.directory();
        if (!Files.isDirectory(directory)) {
            throw new HostException(
                    spec.name()
                            + ": the working directory "
                            + directory
                            + (Files.exists(directory) ? " is not a directory" : " does not exist")
                            + ". Create it: mkdir -p "
                            + directory);
        }
    }

    private static void program(LaunchSpec spec) {
        String program = spec.command().getFirst();
        List<Path> places = places(spec.directory(), program);
        if (places.stream().anyMatch(p -> Files.isRegularFile(p) && Files.isExecutable(p))) {
            return;
        }
        for (Path place : places) {
            if (Files.isRegularFile(place)) {
                throw new HostException(
                        spec.name() + ": " + place + " is not executable. Run: chmod +x " + place);
            }
        }
        throw new HostException(
                spec.name()
                        + ": the program "
                        + program
                        + " was not found "
                        + (places.size() == 1
                                ? "at " + places.getFirst()
                                : "in any folder of PATH (" + path() + ")")
                        + ". Install it, or write its full path in app.command.");
    }

    /** Where the system looks: a name with a slash is a path, any other is looked up in PATH. */
    private static List<Path> places(Path directory, String program) {
        if (program.contains("/")) {
            return List.of(directory.resolve(program));
        }
        return Arrays.stream(path().split(File.pathSeparator))
                .map(folder -> directory.resolve(folder).resolve(program))
                .toList();
    }

    private static String path() {
        String path = System.getenv("PATH");
        return path == null ? "/bin:/usr/bin" : path;
    }

    private static void log(LaunchSpec spec) {
        Path log = spec.log().toAbsolutePath();
        try {
            Path folder = log.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            try (OutputStream _ =
                    Files.newOutputStream(
                            log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                // Opening is the test.
            }
        } catch (IOException e) {
            throw new HostException(
                    spec.name()
                            + ": the log file "
                            + log
                            + " cannot be written ("
                            + e
                            + "). Give this user write access: chown -R "
                            + System.getProperty("user.name")
                            + " "
                            + log.getParent(),
                    e);
        }
    }
}

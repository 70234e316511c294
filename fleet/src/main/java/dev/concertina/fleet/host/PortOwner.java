package dev.concertina.fleet.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who listens on a TCP port, as far as {@code /proc} tells this user. */
public final class PortOwner {
    private static final String LISTENING = "0A";

    private PortOwner() {}

    /** Such as {@code process 4711 (nginx)}. */
    public static Optional<String> of(int port) {
        Set<String> sockets =
                Stream.of("tcp", "tcp6")
                        .flatMap(table -> lines(Path.of("/proc/net", table)))
                        .map(line -> line.strip().split("\\s+"))
                        .filter(f -> f.length > 9 && f[3].equals(LISTENING))
                        .filter(f -> f[1].endsWith(String.format(Locale.ROOT, ":%04X", port)))
                        .map(f -> "socket:[" + f[9] + "]")
                        .collect(Collectors.toSet());
        return sockets.isEmpty() ? Optional.empty() : holder(sockets);
    }

    private static Optional<String> holder(Set<String> sockets) {
        try (DirectoryStream<Path> processes =
                Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    String name = lines(process.resolve("comm")).findFirst().orElse("?");
                    return Optional.of("process " + process.getFileName() + " (" + name + ")");
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : open) {
                if (sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
                    return true;
                }
            }
        } catch (IOException e) {
            // Another user's, or just ended.
        }
        return false;
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}

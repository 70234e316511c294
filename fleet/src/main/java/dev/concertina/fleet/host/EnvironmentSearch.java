package dev.concertina.fleet.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Looks for a process by what it was started with, in {@code /proc/pid/environ}. */
final class EnvironmentSearch {
    private static final Path PROC = Path.of("/proc");

    private EnvironmentSearch() {}

    /** Children inherit the environment: the oldest of a family is the one that was started. */
    static Optional<ProcessIdentity> oldest(String name, String value) {
        byte[] entry = ('\0' + name + '=' + value + '\0').getBytes(StandardCharsets.UTF_8);
        List<ProcessIdentity> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, entry)) {
                    long pid = Long.parseLong(process.getFileName().toString());
                    ProcStat.of(pid)
                            .filter(ProcStat::alive)
                            .ifPresent(
                                    stat -> found.add(new ProcessIdentity(pid, stat.startTime())));
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return found.stream()
                .min(
                        Comparator.comparingLong(ProcessIdentity::startTime)
                                .thenComparingLong(ProcessIdentity::pid));
    }

    private static boolean holds(Path process, byte[] entry) {
        try {
            byte[] environment = Files.readAllBytes(process.resolve("environ"));
            byte[] framed = new byte[environment.length + 1];
            System.arraycopy(environment, 0, framed, 1, environment.length);
            return indexOf(framed, entry) >= 0;
        } catch (IOException e) {
            // Another user's, or just ended.
            return false;
        }
    }

    private static int indexOf(byte[] in, byte[] what) {
        for (int at = 0; at + what.length <= in.length; at++) {
            if (Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
                return at;
            }
        }
        return -1;
    }
}

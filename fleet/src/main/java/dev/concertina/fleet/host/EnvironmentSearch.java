package dev.concertina.fleet.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Looks for a process by what it was started with, in {@code /proc/pid/environ}. */
final class EnvironmentSearch {
    private static final Path PROC = Path.of("/proc");

    private EnvironmentSearch() {}

    /** Children inherit the environment: the one whose parent has it not is the one we started. */
    static Optional<ProcessIdentity> oldest(String name, String value) {
        byte[] entry = ('\0' + name + '=' + value + '\0').getBytes(StandardCharsets.UTF_8);
        Map<Long, ProcStat> found = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, entry)) {
                    long pid = Long.parseLong(process.getFileName().toString());
                    ProcStat.of(pid)
                            .filter(ProcStat::alive)
                            .ifPresent(stat -> found.put(pid, stat));
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return found.entrySet().stream()
                .filter(each -> !found.containsKey(each.getValue().parent()))
                .map(each -> new ProcessIdentity(each.getKey(), each.getValue().startTime()))
                .min(Comparator.comparingLong(ProcessIdentity::startTime));
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

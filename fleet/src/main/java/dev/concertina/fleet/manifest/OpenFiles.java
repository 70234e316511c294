package dev.concertina.fleet.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How many files this user's processes may have open (proc(5), {@code /proc/pid/limits}). */
final class OpenFiles {
    private static final String NAME = "Max open files";

    private OpenFiles() {}

    /** Empty if there is no end to it, as for the administrator, or the system does not say. */
    static OptionalLong most() {
        if (System.getProperty("user.name").equals("root")) {
            return OptionalLong.empty();
        }
        try (var lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.filter(line -> line.startsWith(NAME))
                    .map(line -> line.substring(NAME.length()).strip().split("\\s+")[1])
                    .filter(word -> word.matches("\\d{1,18}"))
                    .mapToLong(Long::parseLong)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}

package dev.concertina.fleet.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The fields of {@code /proc/pid/stat} that the fleet looks at (proc(5)).
 *
 * @param state field 3; {@code Z} is a process that has ended and was not reaped
 * @param parent field 4
 * @param terminal field 7, 0 without a controlling terminal
 * @param cpuTicks fields 14 and 15, user and system time in clock ticks
 * @param startTime field 22, clock ticks since boot
 */
public record ProcStat(char state, long parent, long terminal, long cpuTicks, long startTime) {
    private static final Path PROC = Path.of("/proc");

    /** Whether this operating system has {@code /proc} as Linux does. */
    static boolean available() {
        return Files.isReadable(PROC.resolve("self/stat"));
    }

    /** Empty when there is no such process. */
    public static Optional<ProcStat> of(long pid) {
        try {
            return Optional.of(
                    parse(
                            Files.readString(
                                    PROC.resolve(Long.toString(pid)).resolve("stat"),
                                    StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The program's name, field 2, may hold spaces and parentheses: the last one ends it. */
    static ProcStat parse(String line) {
        String[] fields = line.substring(line.lastIndexOf(')') + 2).strip().split(" ");
        return new ProcStat(
                fields[0].charAt(0),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[4]),
                Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                Long.parseLong(fields[19]));
    }

    /** Not ended, reaped or not. */
    public boolean alive() {
        return state != 'Z' && state != 'X';
    }
}

package dev.concertina.fleet.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The group in which the scheduler counts all threads of a session as one (sched(7), "The autogroup
 * feature"). Its nice value may be raised and lowered again by anybody who owns the process, unlike
 * a process' own, which only root can lower.
 */
public final class Autogroup {
    /** The nice value of a group nobody changed. */
    public static final int ORDINARY = 0;

    private static final Path PROC = Path.of("/proc");

    private Autogroup() {}

    /** Whether the kernel has such groups. */
    public static boolean available() {
        return name("self").isPresent();
    }

    /**
     * Says how much the group of a process gets where processors are scarce.
     *
     * @param nice 0 to 19; each step is about a tenth less
     * @return whether it was said: not to a process that has ended, and not to one that is in this
     *     process' own group still, because it was started a moment ago
     */
    public static boolean nice(ProcessIdentity identity, int nice) {
        var pid = Long.toString(identity.pid());
        var group = name(pid);
        boolean same =
                ProcStat.of(identity.pid())
                        .filter(stat -> stat.startTime() == identity.startTime())
                        .isPresent();
        if (!same || group.isEmpty() || group.equals(name("self"))) {
            return false;
        }
        try {
            Files.writeString(
                    file(pid),
                    Integer.toString(nice),
                    StandardCharsets.US_ASCII,
                    StandardOpenOption.WRITE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    // Of the form: /autogroup-3680 nice 0
    private static Optional<String> name(String pid) {
        try {
            var text = Files.readString(file(pid), StandardCharsets.US_ASCII);
            return text.startsWith("/autogroup-")
                    ? Optional.of(text.substring(0, text.indexOf(' ')))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Path file(String pid) {
        return PROC.resolve(pid).resolve("autogroup");
    }
}

package dev.concertina.fleet.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How a started process leaves the terminal. A fleet process has a session of its own, which its
 * children inherit. A program that uses the host from a terminal has not, and Ctrl-C there would
 * reach the children too, so they get one through setsid(1), which replaces itself by the program
 * and keeps the pid.
 */
final class Session {
    private static final List<String> SETSID = List.of("/usr/bin/setsid", "/bin/setsid");

    private Session() {}

    static List<String> prefix() {
        boolean terminal =
                ProcStat.available()
                        && ProcStat.of(ProcessHandle.current().pid())
                                .filter(stat -> stat.terminal() != 0)
                                .isPresent();
        if (!terminal) {
            return List.of();
        }
        return SETSID.stream().filter(path -> Files.isExecutable(Path.of(path))).limit(1).toList();
    }
}

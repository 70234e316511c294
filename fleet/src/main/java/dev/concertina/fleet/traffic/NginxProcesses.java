package dev.concertina.fleet.traffic;

import dev.concertina.fleet.host.ProcStat;
import dev.concertina.fleet.host.ProcessIdentity;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The processes of one nginx. They are told from others by the folder they work in, which no title
 * and no death of a parent changes, and from each other by their titles: a worker that was told to
 * finish says so in its own (ngx_process_cycle.c).
 */
record NginxProcesses(Path folder) {
    private static final String LEAVING = "nginx: worker process is shutting down";
    private static final String WORKER = "nginx: worker process";

    enum Role {
        MASTER,
        /** Accepts connections. */
        WORKER,
        /** Accepts none, and ends with its last connection. */
        LEAVING
    }

    record Found(ProcessIdentity identity, long parent, Role role) {}

    /** Every one that has not ended. */
    List<Found> now() {
        List<Found> found = new ArrayList<>();
        Path real = real(folder);
        File[] entries = new File("/proc").listFiles((_, name) -> isNumber(name));
        for (File entry : entries == null ? new File[0] : entries) {
            if (worksIn(entry.toPath(), real)) {
                read(entry.toPath()).ifPresent(found::add);
            }
        }
        return withoutNewborn(found);
    }

    static boolean alive(ProcessIdentity identity) {
        return ProcStat.of(identity.pid())
                .filter(stat -> stat.alive() && stat.startTime() == identity.startTime())
                .isPresent();
    }

    private static boolean isNumber(String name) {
        return Character.isDigit(name.charAt(0));
    }

    private static boolean worksIn(Path process, Path folder) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(folder);
        } catch (IOException e) {
            return false; // It has ended, or is somebody else's.
        }
    }

    private static Optional<Found> read(Path process) {
        long pid = Long.parseLong(process.getFileName().toString());
        try {
            String title =
                    Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
            Role role =
                    title.startsWith(LEAVING)
                            ? Role.LEAVING
                            : title.startsWith(WORKER) ? Role.WORKER : Role.MASTER;
            return ProcStat.of(pid)
                    .filter(ProcStat::alive)
                    .map(stat ->
                            new Found(
                                    new ProcessIdentity(pid, stat.startTime()),
                                    stat.parent(),
                                    role));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A worker has its master's title until it begins its work. */
    private static List<Found> withoutNewborn(List<Found> found) {
        Set<Long> pids = new HashSet<>();
        found.forEach(f -> pids.add(f.identity().pid()));
        return found.stream()
                .map(f ->
                        f.role() == Role.MASTER && pids.contains(f.parent())
                                ? new Found(f.identity(), f.parent(), Role.WORKER)
                                : f)
                .toList();
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }
}

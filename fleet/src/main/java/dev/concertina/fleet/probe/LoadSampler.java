package dev.concertina.fleet.probe;

import dev.concertina.fleet.host.ProcStat;
import dev.concertina.fleet.host.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what processes use from {@code /proc} (proc(5)). */
public final class LoadSampler {
    // USER_HZ is 100 on every architecture a JVM runs on, whatever the kernel's own HZ is.
    private static final long NANOS_PER_TICK = 10_000_000;

    /** Empty if the process has ended, or the operating system does not say. */
    public Optional<ProcessLoad> sample(ProcessIdentity identity) {
        OptionalLong resident = residentBytes(identity.pid());
        // Identity is checked last: what was read before is then known to be this process's.
        Optional<ProcStat> stat =
                ProcStat.of(identity.pid())
                        .filter(ProcStat::alive)
                        .filter(s -> s.startTime() == identity.startTime());
        if (stat.isEmpty() || resident.isEmpty()) {
            return Optional.empty();
        }
        Duration cpu = Duration.ofNanos(stat.get().cpuTicks() * NANOS_PER_TICK);
        return Optional.of(new ProcessLoad(cpu, resident.getAsLong()));
    }

    private static OptionalLong residentBytes(long pid) {
        try {
            String status =
                    Files.readString(
                            Path.of("/proc", Long.toString(pid), "status"),
                            StandardCharsets.ISO_8859_1);
            return status.lines()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}

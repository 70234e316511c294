package dev.concertina.gateway.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What the process uses, under the names Prometheus' own libraries give it. */
final class Machine {
    private static final Path STATUS = Path.of("/proc/self/status");

    private Machine() {}

    static void write(Exposition to) {
        ProcessHandle.Info info = ProcessHandle.current().info();
        double cpu = info.totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
        to.one("process_cpu_seconds_total", "counter", "CPU time used.", cpu);
        info.startInstant()
                .ifPresent(start ->
                        to.one(
                                "process_start_time_seconds",
                                "gauge",
                                "When the process began, in seconds of the epoch.",
                                start.toEpochMilli() / 1e3));
        long resident = residentBytes();
        if (resident > 0) {
            to.one("process_resident_memory_bytes", "gauge", "Memory in use.", resident);
        }
    }

    /** 0 where the system does not say. */
    private static long residentBytes() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException notLinux) {
            return 0;
        }
    }
}

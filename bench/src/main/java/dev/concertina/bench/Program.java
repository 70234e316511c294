package dev.concertina.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that was started here, with its children, as {@code /proc} accounts for it. */
public final class Program implements AutoCloseable {
    /** USER_HZ, which Linux reports to every program. */
    private static final double TICKS_PER_SECOND = 100;

    private final Process process;

    private Program(Process process) {
        this.process = process;
    }

    public static Program start(Path log, Map<String, String> environment, List<String> command)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Program program = new Program(builder.start());
        // Nothing stays behind when the bench is interrupted.
        Runtime.getRuntime().addShutdownHook(new Thread(program::close));
        return program;
    }

    /** Where the program is on PATH, if it is there. */
    public static Optional<Path> find(String name) {
        // Debian keeps servers where PATH of an ordinary user does not look.
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":")),
                        Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    private List<Long> pids() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    /** User and system time used so far. */
    public double cpuSeconds() {
        return pids().stream().mapToDouble(pid -> cpuSeconds(pid)).sum();
    }

    /** User and system time so far of one process, however it was started. */
    public static double cpuSeconds(ProcessHandle process) {
        return cpuSeconds(process.pid());
    }

    private static double cpuSeconds(long pid) {
        String[] fields = stat(pid);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    private static String[] stat(long pid) {
        String stat = read(Path.of("/proc/" + pid + "/stat"));
        // The name, in parentheses, may hold spaces.
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    /** User and system time so far of a process, its children, and those it has waited for. */
    public static double cpuSecondsOfTree(ProcessHandle process) {
        String[] fields = stat(process.pid());
        double ended = (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS_PER_SECOND;
        return ended
                + Stream.concat(Stream.of(process), process.descendants())
                        .mapToDouble(one -> cpuSecondsIfThere(one.pid()))
                        .sum();
    }

    private static double cpuSecondsIfThere(long pid) {
        try {
            return cpuSeconds(pid);
        } catch (UncheckedIOException e) {
            // It has ended since it was listed, and its parent says what it took.
            return 0;
        }
    }

    /**
     * Time on a processor so far of the threads there are, more finely than {@link #cpuSeconds()}
     * says it; for a process whose threads do not end.
     */
    public static double onProcessorSeconds(ProcessHandle process) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            return threads.map(thread -> read(thread.resolve("schedstat")).split(" ")[0])
                            .mapToLong(Long::parseLong)
                            .sum()
                    / 1e9;
        }
    }

    /** Memory in use, where what processes share counts once. */
    public double memoryMebibytes() {
        return pids().stream().mapToDouble(Program::memoryMebibytes).sum();
    }

    private static double memoryMebibytes(long pid) {
        return read(Path.of("/proc/" + pid + "/smaps_rollup"))
                        .lines()
                        .filter(line -> line.startsWith("Pss:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                / 1024.0;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}

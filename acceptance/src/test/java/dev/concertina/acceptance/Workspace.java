package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.console.FleetClient;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A user's empty folder and the {@code concertina} script at the repository's root. Closing it
 * takes the fleet down; whatever survives that is a failure, and is ended by pid.
 */
final class Workspace implements AutoCloseable {
    private static final Path ROOT = repository();
    private static final Duration COMMAND_MAX = Duration.ofMinutes(8);

    private final Path directory;

    Workspace(Path directory) throws IOException {
        this.directory = directory.toRealPath();
    }

    record Result(int exit, String out, String err) {
        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }

        Result hasExit(int expected) {
            assertThat(exit)
                    .as("exit code%nstdout:%n%s%nstderr:%n%s", out, err)
                    .isEqualTo(expected);
            return this;
        }
    }

    Path directory() {
        return directory;
    }

    static Path root() {
        return ROOT;
    }

    static Path registryJar() {
        return ROOT.resolve("samples/registry/target/registry.jar");
    }

    Path write(String name, String text) {
        try {
            Path file = directory.resolve(name);
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text);
            return file;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The sample's manifest, listening on a free port, so that tests may run beside a demo. */
    Path sampleManifest(String name) throws IOException {
        Path sample = ROOT.resolve("samples/registry");
        String text =
                Files.readString(sample.resolve(name))
                        .replaceAll("(?m)^(\\s*listen:).*$", "$1 127.0.0.1:0")
                        .replaceAll("(?m)^(\\s*jar:).*$", "$1 " + registryJar());
        return write("concertina.yaml", text);
    }

    /** Runs the command in this folder and waits for its end. */
    Result run(String... arguments) {
        return run(java.util.Map.of(), arguments);
    }

    Result run(java.util.Map<String, String> env, String... arguments) {
        try {
            Path out = Files.createTempFile("out", ".txt");
            Path err = Files.createTempFile("err", ".txt");
            Process process = start(env, out, err, arguments);
            if (!process.waitFor(COMMAND_MAX.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "no end within "
                                + COMMAND_MAX
                                + ": "
                                + List.of(arguments)
                                + "\n"
                                + Files.readString(out)
                                + Files.readString(err));
            }
            var result =
                    new Result(process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return result;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private Process start(
            java.util.Map<String, String> env, Path out, Path err, String... arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(ROOT.resolve("concertina").toString());
        command.addAll(List.of(arguments));
        var builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("NO_COLOR", "1");
        builder.environment().putAll(env);
        return builder.start();
    }

    /** Starts the command as a terminal would, with Ctrl-C in its own hands, and does not wait. */
    Process attached(Path out, String... arguments) throws IOException {
        // A test runner in the background ignores SIGINT, and its children inherit that.
        var command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.add(ROOT.resolve("concertina").toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
    }

    /** The running fleet, without a process of the command line between. */
    FleetClient client() {
        try {
            return FleetClient.connect(directory.resolve(".concertina"))
                    .orElseThrow(() -> new AssertionError("no fleet process answers"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    JsonNode status() {
        return run("status", "--json").hasExit(0).json();
    }

    /** Waits until the fleet has {@code count} instances and all are ready. */
    JsonNode awaitReady(int count) {
        var last =
                new Object() {
                    JsonNode status = status();
                };
        await(
                Duration.ofMinutes(3),
                () -> {
                    last.status = status();
                    JsonNode instances = last.status.get("instances");
                    return instances.size() == count
                            && instances
                                    .valueStream()
                                    .allMatch(i -> i.get("state").asString().equals("ready"));
                },
                () -> "not " + count + " ready instances: " + last.status.toPrettyString());
        return last.status;
    }

    static void await(
            Duration atMost, BooleanSupplier condition, java.util.function.Supplier<String> what) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("after " + atMost + ": " + what.get());
            }
            java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    /** Every live process that runs in this folder or names it: what a fleet could leave behind. */
    List<String> processes() {
        var found = new ArrayList<String>();
        File[] entries = new File("/proc").listFiles((_, name) -> name.matches("\\d+"));
        for (File entry : entries == null ? new File[0] : entries) {
            try {
                Path proc = entry.toPath();
                String command =
                        Files.readString(proc.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                                .replace('\0', ' ');
                String stat = Files.readString(proc.resolve("stat"), StandardCharsets.ISO_8859_1);
                boolean zombie = stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
                String cwd = Files.readSymbolicLink(proc.resolve("cwd")).toString();
                if (!zombie
                        && (cwd.startsWith(directory.toString())
                                || command.contains(directory.toString()))) {
                    found.add(entry.getName() + " " + command);
                }
            } catch (IOException e) {
                // It ended while we looked.
            }
        }
        return found;
    }

    @Override
    public void close() {
        if (processes().isEmpty()) {
            return;
        }
        Result down = run("down");
        List<String> left = processes();
        for (String process : left) {
            long pid = Long.parseLong(process.substring(0, process.indexOf(' ')));
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        assertThat(left).as("processes left after down: %s%s", down.out(), down.err()).isEmpty();
    }

    private static Path repository() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(directory.resolve("concertina"))) {
            directory = directory.getParent();
            if (directory == null) {
                throw new IllegalStateException("no executable 'concertina' above the module");
            }
        }
        return directory;
    }
}

package dev.concertina.cli;

import dev.concertina.fleet.console.FleetClient;
import dev.concertina.fleet.console.FleetCommands;
import dev.concertina.fleet.host.LogTail;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.ManifestWriter;
import dev.concertina.fleet.traffic.GatewayJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Real fleets: processes of this machine, reached through their control sockets. */
final class ProcessFleets implements Fleets {
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(3);

    @Override
    public Optional<FleetCommands> running(Path stateDirectory) throws IOException {
        return FleetClient.connect(stateDirectory).map(client -> client);
    }

    @Override
    public FleetCommands start(Manifest manifest) throws IOException, InterruptedException {
        var state = manifest.stateDirectory();
        var effective = writeEffective(manifest);
        var logs = Files.createDirectories(state.resolve("logs"));
        var log = logs.resolve("fleet.log");
        long logged = LogTail.end(log);
        var process = launch(effective, state, log);
        var deadline = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            var fleet = running(state);
            if (fleet.isPresent()) {
                return fleet.get();
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        var ended = process.isAlive() ? "takes no commands" : "exit code " + process.exitValue();
        process.destroy();
        throw Refusal.usage(
                "The fleet process did not start ("
                        + ended
                        + "). It wrote to "
                        + log
                        + ":\n"
                        + Story.indented(LogTail.since(log, logged, 20)));
    }

    private static Process launch(Path effective, Path state, Path log) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        Optional.ofNullable(System.getProperty(GatewayJvm.CACHES))
                .ifPresent(folder -> command.addAll(fromCaches(Path.of(folder))));
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.add("dev.concertina.fleet.FleetProcess");
        command.add(effective.toString());
        return new ProcessBuilder(command)
                .directory(state.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** The command line's cache holds most of what the fleet process needs, too. */
    private static List<String> fromCaches(Path folder) {
        return List.of(
                "-D" + GatewayJvm.CACHES + "=" + folder,
                "-XX:AOTCache=" + folder.resolve("cli.aot"),
                "-Xlog:disable",
                "-Xlog:all=error:stderr");
    }

    /** What was asked, complete, for the fleet process and for the next {@code up} to compare. */
    static Path writeEffective(Manifest manifest) throws IOException {
        var state = Files.createDirectories(manifest.stateDirectory());
        var file = state.resolve("manifest.yaml");
        var onlyOwner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var fresh = Files.createTempFile(state, "manifest", ".new", onlyOwner);
        Files.writeString(fresh, ManifestWriter.write(manifest));
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return file;
    }
}

package dev.concertina.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class LeftoversTest {
    @TempDir Path folder;

    @Test
    void aProcessThatWritesIntoTheStateDirectoryIsFoundAndEnded() throws Exception {
        var ours = sleeper(folder.resolve(".concertina"));
        var another = sleeper(folder.resolve("another"));
        try {
            var left = Leftovers.of(folder.resolve(".concertina"));
            assertThat(left).containsExactly(ours.toHandle());
            Leftovers.end(left);
            ours.waitFor();
            assertThat(Leftovers.of(folder.resolve(".concertina"))).isEmpty();
            assertThat(another.isAlive()).isTrue();
        } finally {
            ours.destroyForcibly();
            another.destroyForcibly();
        }
    }

    @Test
    void downEndsWhatAKilledFleetLeftEvenWithoutItsManifest() throws Exception {
        var ours = sleeper(folder.resolve(".concertina"));
        try {
            var fleet = new FakeFleet();
            fleet.up = false;
            var file = folder.resolve("concertina.yaml").toString();
            var status = Run.of(fleet, folder, "status", "-f", file);
            assertThat(status.err())
                    .startsWith("The fleet process is gone; 1 process of it still there.");
            var down = Run.of(fleet, folder, "down", "-f", file);
            assertThat(down.exitCode()).isEqualTo(ExitCode.DONE);
            assertThat(down.err()).isEqualTo("Ending 1 process that nobody watches.\n");
            ours.waitFor();
        } finally {
            ours.destroyForcibly();
        }
    }

    private static Process sleeper(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("logs"));
        return new ProcessBuilder("sleep", "600")
                .redirectOutput(directory.resolve("logs/x-1.log").toFile())
                .start();
    }
}

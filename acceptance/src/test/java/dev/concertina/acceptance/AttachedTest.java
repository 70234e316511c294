package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} without {@code -d}: the terminal is the fleet's leash. */
class AttachedTest {
    private static final int INTERRUPTED = 130;

    @Test
    void ctrlCTakesTheFleetDownAndTwoAtOnceDoToo(@TempDir Path directory) throws Exception {
        try (var workspace = new Workspace(directory)) {
            workspace.write(
                    "server.js",
                    "require('http').createServer((q, r) => r.end('ok'))"
                            + ".listen(process.env.PORT, '127.0.0.1');\n");
            workspace.write(
                    "concertina.yaml",
                    "app:\n  name: web\n  command: node server.js\ninstances: 2\n"
                            + "gateway: { listen: 127.0.0.1:0 }\n");
            for (int presses = 1; presses <= 2; presses++) {
                Path out = directory.resolve("out-" + presses + ".txt");
                Process up = workspace.attached(out, "up");
                Workspace.await(
                        Duration.ofMinutes(2),
                        () -> read(out).contains("Attached."),
                        () -> "up did not attach: " + read(out));
                interrupt(up.pid(), presses);
                assertThat(up.waitFor(2, TimeUnit.MINUTES)).as(read(out)).isTrue();
                assertThat(up.exitValue()).as(read(out)).isEqualTo(INTERRUPTED);
                Workspace.await(
                        Duration.ofMinutes(1),
                        () -> workspace.processes().isEmpty(),
                        () -> "left: " + workspace.processes() + read(out));
            }
        }
    }

    private static void interrupt(long pid, int times) throws Exception {
        String kill = "kill -INT " + pid;
        String command = times == 1 ? kill : kill + "; " + kill;
        assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor()).isZero();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

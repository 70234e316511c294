package dev.concertina.fleet.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet process killed with -9, and what it had started. */
class OutlivesUsTest {
    @TempDir Path folder;

    /** The fleet process of this test: starts one program, tells its identity, waits. */
    static final class Fleet {
        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            Instance instance =
                    new OsHost()
                            .start(
                                    new LaunchSpec(
                                            "survivor",
                                            List.of(
                                                    "/bin/sh",
                                                    "-c",
                                                    "while echo here; do sleep 0.05; done"),
                                            Map.of("INSTANCE_ID", args[1]),
                                            folder,
                                            folder.resolve("survivor.log")));
            System.out.println(instance.identity().pid() + " " + instance.identity().startTime());
            Thread.currentThread().join();
        }
    }

    @Test
    void aProcessOutlivesTheKillOfTheFleetAndKeepsWriting() throws Exception {
        String id = "survivor-" + ProcessHandle.current().pid();
        try (OsHost host = new OsHost()) {
            Process fleet =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "--enable-native-access=ALL-UNNAMED",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Fleet.class.getName(),
                                    folder.toString(),
                                    id)
                            .redirectErrorStream(true)
                            .start();
            try (BufferedReader out =
                    new BufferedReader(
                            new InputStreamReader(
                                    fleet.getInputStream(), StandardCharsets.UTF_8))) {
                String[] words = String.valueOf(out.readLine()).split(" ");
                ProcessIdentity survivor =
                        new ProcessIdentity(Long.parseLong(words[0]), Long.parseLong(words[1]));
                assertThat(fleet.destroyForcibly().waitFor(30, TimeUnit.SECONDS)).isTrue();

                Instance found = host.find("INSTANCE_ID", id).orElseThrow();
                assertThat(found.identity()).isEqualTo(survivor);
                Path log = folder.resolve("survivor.log");
                long before = LogTail.end(log);
                Waits.until("it goes on writing", () -> LogTail.end(log) > before);
            } finally {
                fleet.destroyForcibly();
                host.find("INSTANCE_ID", id).ifPresent(i -> i.signal(Signal.KILL));
            }
            Waits.until("it has ended", () -> host.find("INSTANCE_ID", id).isEmpty());
        }
    }
}

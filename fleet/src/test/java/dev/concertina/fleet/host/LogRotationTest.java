package dev.concertina.fleet.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRotationTest {
    @TempDir Path folder;

    private LogRotation rotation(int keep, int ended) {
        return new LogRotation(folder, 1000, keep, ended);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFileThatIsTooLargeIsBegunAnewAndItsPartsMoveUp() throws IOException {
        Path log = folder.resolve("gateway.log");
        for (String part : List.of("a", "b", "c", "d")) {
            Files.writeString(log, part.repeat(1001));
            assertThat(rotation(2, 0).look(Set.of())).isEmpty();
        }
        assertThat(names()).containsExactly("gateway.log", "gateway.log.1", "gateway.log.2");
        assertThat(log).isEmptyFile();
        assertThat(folder.resolve("gateway.log.1")).hasContent("d".repeat(1001));
        assertThat(folder.resolve("gateway.log.2")).hasContent("c".repeat(1001));
    }

    @Test
    void aSmallFileStaysAsItIs() throws IOException {
        Path log = Files.writeString(folder.resolve("a.log"), "x".repeat(1000));
        rotation(2, 0).look(Set.of());
        assertThat(log).hasSize(1000);
    }

    @Test
    void withNothingToKeepTheFileIsOnlyCut() throws IOException {
        Files.writeString(folder.resolve("a.log"), "x".repeat(2000));
        rotation(0, 0).look(Set.of());
        assertThat(names()).containsExactly("a.log");
    }

    /** The file has no hole: what follows the cut stands at its beginning. */
    @Test
    void aProgramThatWritesMeanwhileLosesNothingButWhatFallsIntoTheCut() throws Exception {
        Path log = folder.resolve("app-1-x1.log");
        var host = new OsHost();
        var instance =
                host.start(
                        new LaunchSpec(
                                "app-1-x1",
                                List.of(
                                        "sh",
                                        "-c",
                                        "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done"),
                                Map.of(),
                                folder,
                                log));
        var rotation = new LogRotation(folder, 4000, 1000, 0);
        int cuts = 0;
        while (!instance.exit().toCompletableFuture().isDone()) {
            cuts += Files.exists(log) && Files.size(log) > 4000 ? 1 : 0;
            assertThat(rotation.look(Set.of("app-1-x1"))).isEmpty();
        }
        host.close();
        long lines = 0;
        String last =
                Files.readString(
                                Files.size(log) > 0
                                        ? log
                                        : folder.resolve(log.getFileName() + ".1"))
                        .lines()
                        .toList()
                        .getLast();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                assertThat(Files.readString(file)).doesNotContain("\0");
                lines += Files.readString(file).lines().filter(l -> l.startsWith("line ")).count();
            }
        }
        System.out.println("rotation: " + cuts + " cuts, " + (20_000 - lines) + " lines lost");
        assertThat(cuts).isPositive();
        assertThat(last).isEqualTo("line 19999");
    }

    @Test
    void ofInstancesThatAreGoneTheLatestLogsStay() throws IOException {
        for (int i = 1; i <= 5; i++) {
            Path log = Files.writeString(folder.resolve("app-1-x" + i + ".log"), "x");
            Files.setLastModifiedTime(log, FileTime.fromMillis(i * 1000L));
            Files.writeString(folder.resolve("app-1-x" + i + ".log.1"), "x");
        }
        Files.writeString(folder.resolve("gateway.log"), "x");
        rotation(1, 2).look(Set.of("app-1-x1"));
        assertThat(names())
                .containsExactly(
                        "app-1-x1.log",
                        "app-1-x1.log.1",
                        "app-1-x4.log",
                        "app-1-x4.log.1",
                        "app-1-x5.log",
                        "app-1-x5.log.1",
                        "gateway.log");
    }
}

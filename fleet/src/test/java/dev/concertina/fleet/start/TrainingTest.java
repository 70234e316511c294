package dev.concertina.fleet.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.OsHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A script stands in for the JVM, so that it can fail in any way. */
class TrainingTest {
    private static final String FIND_OUTPUT =
            "for a; do case $a in -XX:AOTCacheOutput=*) out=${a#*=};; -XX:AOTMode=on) check=1;; esac;"
                    + " done\n";

    @TempDir Path folder;

    private final OsHost host = new OsHost();

    @AfterEach
    void letGo() {
        host.close();
    }

    private Training training(String script) throws IOException {
        Path java = folder.resolve("java");
        Files.writeString(java, "#!/bin/sh\n" + FIND_OUTPUT + script + "\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        var launch =
                new LaunchSpec(
                        "app-training",
                        List.of(java.toString(), "-Xmx1m", "-jar", "app.jar", "argument"),
                        Map.of("A", "b"),
                        folder,
                        folder.resolve("training.log"));
        var cache = new AotCache(Files.createDirectories(folder.resolve("r1")).resolve("k.aot"));
        return new Training(host, "app-training-" + System.nanoTime(), launch, cache);
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("r1"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void theCacheAppearsWhenItIsWholeAndWasTried() throws IOException {
        var training =
                training(
                        "echo \"$@\" >>\"$0.words\"; [ -n \"$check\" ] || { echo $A >\"$out\"; nice; }");
        assertThat(training.run()).isEmpty();
        assertThat(left()).containsExactly("k.aot");
        assertThat(folder.resolve("r1/k.aot")).hasContent("b");
        assertThat(folder.resolve("training.log")).hasContent("19");
        List<String> words = Files.readAllLines(folder.resolve("java.words"));
        assertThat(words).hasSize(2);
        assertThat(words.getFirst())
                .startsWith("-Xmx1m -XX:AOTCacheOutput=")
                .endsWith("-Dspring.context.exit=onRefresh -jar app.jar argument");
        assertThat(words.getLast())
                .startsWith("-Xmx1m -XX:AOTCache=")
                .endsWith("-XX:AOTMode=on -cp app.jar -version");
    }

    @Test
    void aRunThatFailsLeavesNothing() throws IOException {
        assertThat(training("echo half >\"$out\"; exit 3").run()).contains("exit code 3");
        assertThat(left()).isEmpty();
        assertThat(training("exit 0").run()).contains("the JVM wrote no AOT cache");
        assertThat(left()).isEmpty();
    }

    @Test
    void aCacheThatTheJvmDoesNotTakeIsNotKept() throws IOException {
        assertThat(training("[ -z \"$check\" ] || exit 1; echo whole >\"$out\"").run())
                .contains("exit code 1");
        assertThat(left()).isEmpty();
    }

    @Test
    void aRunThatIsUnderWayIsEndedWithAllItsProcesses() throws IOException {
        var training = training("echo half >\"$out\"; sleep 300 & wait");
        var outcome = CompletableFuture.supplyAsync(training::run);
        long end = System.nanoTime() + 30_000_000_000L;
        while (left().isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(10_000_000);
        }
        assertThat(left()).hasSize(1);
        // As the next fleet process does, which did not start it.
        try (var other = new OsHost()) {
            new Training(other, training.name(), training.launch(), training.archive()).sweep();
            assertThat(other.find("INSTANCE_ID", training.name())).isEmpty();
        }
        assertThat(outcome.join()).contains("ended by signal 9");
        assertThat(left()).isEmpty();
    }
}

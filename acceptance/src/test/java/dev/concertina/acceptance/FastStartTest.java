package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Unpacking, AOT caches and warm-up on real JVMs. */
class FastStartTest {
    private static final Path JAR = Workspace.root().resolve("samples/plain/target/plain.jar");

    private static Path manifest(Workspace workspace, String more) {
        return workspace.write(
                "concertina.yaml",
                "app:\n  name: plain\n  jar: "
                        + JAR
                        + "\n  jvm: -XX:+UseSerialGC -Xmx128m\n"
                        + more
                        + "instances: 1\ngateway: { listen: 127.0.0.1:0 }\n");
    }

    @Test
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void theCacheIsTrainedOnceOutlivesTheFleetProcessAndIsUsed(@TempDir Path directory)
            throws Exception {
        try (var workspace = new Workspace(directory)) {
            manifest(workspace, "");
            workspace.run("up", "-d").hasExit(0);
            JsonNode before = workspace.awaitReady(1);
            // Most likely in the middle of its training.
            long fleet = before.get("pid").asLong();
            assertThat(ProcessHandle.of(fleet).orElseThrow().destroyForcibly()).isTrue();
            workspace.run("up", "-d").hasExit(0);
            Path cache = awaitCache(workspace, "r1");
            Workspace.await(
                    Duration.ofMinutes(1),
                    () -> left(cache).equals(List.of(cache.getFileName().toString())),
                    () -> "is left of training: " + left(cache));

            workspace.run("scale", "+1").hasExit(0);
            JsonNode instances = workspace.awaitReady(2).get("instances");
            assertThat(instances.get(0).get("pid")).isEqualTo(before.at("/instances/0/pid"));
            assertThat(command(instances.get(0))).doesNotContain("-XX:AOTCache");
            assertThat(command(instances.get(1)))
                    .contains("-XX:AOTCache=" + cache)
                    .contains("releases/r1/unpacked/app.jar");
            assertThat(maps(instances.get(1)))
                    .as("the JVM has taken the cache")
                    .contains(cache.toString());
            assertThat(events(workspace)).contains("is warm: 20 requests in");

            // Nothing of the next release is archived yet, but its libraries are those of this one.
            Path libraries = awaitLibraries(workspace);
            workspace.run("deploy", "--again").hasExit(0);
            JsonNode first = workspace.awaitReady(2).at("/instances/0");
            assertThat(first.get("release").asString()).isEqualTo("r2");
            assertThat(command(first))
                    .contains("-XX:SharedArchiveFile=" + libraries)
                    .contains("/r2/unpacked/start.args");
            assertThat(maps(first)).as("the JVM has taken it").contains(libraries.toString());
            Path next = awaitCache(workspace, "r2");
            workspace.run("down").hasExit(0);
            assertThat(workspace.processes()).isEmpty();

            // The options are others now, so the cache is no good.
            manifest(workspace, "  arguments: --spring.main.banner-mode=off\n");
            Files.writeString(
                    directory.resolve("concertina.yaml"),
                    Files.readString(directory.resolve("concertina.yaml"))
                            .replace("-Xmx128m", "-Xmx160m"));
            workspace.run("up", "-d").hasExit(0);
            Path third = awaitCache(workspace, workspace.status().get("release").asString());
            assertThat(third.getFileName()).isNotEqualTo(next.getFileName());
            workspace.run("down").hasExit(0);
            assertThat(workspace.processes()).isEmpty();
        }
    }

    @Test
    void eachPartCanBeTurnedOff(@TempDir Path directory) throws Exception {
        try (var workspace = new Workspace(directory)) {
            manifest(workspace, "  start: { unpack: false, warm-up: off }\n");
            assertThat(workspace.run("check", "--effective").hasExit(0).out())
                    .contains("unpack: false")
                    .contains("aot: false")
                    .contains("warm-up: off");
            workspace.run("up", "-d").hasExit(0);
            JsonNode instance = workspace.awaitReady(1).at("/instances/0");
            assertThat(command(instance)).contains("releases/r1/app.jar").doesNotContain("AOT");
            assertThat(events(workspace)).doesNotContain("is warm");
            workspace.run("down").hasExit(0);
            assertThat(workspace.processes()).isEmpty();
        }
    }

    private static Path awaitLibraries(Workspace workspace) {
        Path shelf = workspace.directory().resolve(".concertina/releases/libraries");
        Workspace.await(
                Duration.ofMinutes(5),
                () -> archives(shelf).findAny().isPresent(),
                () -> "no archive in " + shelf + ":\n" + events(workspace));
        return archives(shelf).findAny().orElseThrow();
    }

    private static Stream<Path> archives(Path shelf) {
        return list(shelf).stream()
                .flatMap(folder -> list(folder).stream())
                .filter(file -> file.toString().endsWith(".jsa"));
    }

    private static Path awaitCache(Workspace workspace, String release) {
        Path folder = workspace.directory().resolve(".concertina/releases").resolve(release);
        Workspace.await(
                Duration.ofMinutes(5),
                () -> cache(folder).findAny().isPresent(),
                () -> "no cache in " + folder + ":\n" + events(workspace));
        return cache(folder).findAny().orElseThrow();
    }

    private static Stream<Path> cache(Path folder) {
        return list(folder).stream().filter(file -> file.toString().endsWith(".aot"));
    }

    /** Everything of the training that is there. */
    private static List<String> left(Path cache) {
        return list(cache.resolveSibling("")).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.contains(".aot"))
                .toList();
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String events(Workspace workspace) {
        try {
            return Files.readString(workspace.directory().resolve(".concertina/events.ndjson"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String command(JsonNode instance) throws IOException {
        return proc(instance, "cmdline").replace('\0', ' ');
    }

    private static String maps(JsonNode instance) throws IOException {
        return proc(instance, "maps");
    }

    private static String proc(JsonNode instance, String file) throws IOException {
        return Files.readString(
                Path.of("/proc", instance.get("pid").asString(), file),
                StandardCharsets.ISO_8859_1);
    }
}

package dev.concertina.fleet.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCacheTest {
    private static final List<String> OPTIONS = List.of("-Xmx128m", "-Da=b");

    @TempDir Path folder;

    private Path java = Path.of("");

    @BeforeEach
    void aJdk() throws IOException {
        java = jdk("25.0.3");
    }

    private Path jdk(String version) throws IOException {
        Path home = Files.createDirectories(folder.resolve("jdk-" + version));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return Files.createFile(Files.createDirectories(home.resolve("bin")).resolve("java"));
    }

    private Path file(Path program, List<String> options, Map<String, String> environment) {
        return AotCache.of(folder.resolve("r1"), program, options, environment).file();
    }

    @Test
    void theNameIsTheSameForTheSame() {
        assertThat(file(java, OPTIONS, Map.of("X", "1")))
                .isEqualTo(file(java, OPTIONS, Map.of("X", "2")))
                .hasParentRaw(folder.resolve("r1"));
    }

    @Test
    void anotherJdkOrOtherOptionsNeedAnother() throws IOException {
        Path same = file(java, OPTIONS, Map.of());
        assertThat(
                        Stream.of(
                                file(jdk("26"), OPTIONS, Map.of()),
                                file(java, List.of("-Xmx128m"), Map.of()),
                                file(java, List.of("-Xmx128m -Da=b"), Map.of()),
                                file(java, OPTIONS, Map.of("JAVA_TOOL_OPTIONS", "-ea")),
                                file(java, OPTIONS, Map.of("JDK_JAVA_OPTIONS", "-ea")),
                                AotCache.of(folder.resolve("r2"), java, OPTIONS, Map.of()).file()))
                .doesNotHaveDuplicates()
                .doesNotContain(same);
        Files.writeString(folder.resolve("jdk-25.0.3/release"), "JAVA_VERSION=\"25.0.4\"\n");
        assertThat(file(java, OPTIONS, Map.of())).as("the JDK was updated").isNotEqualTo(same);
    }

    @Test
    void itIsForAJdkThatCanAndForNobodyWithHisOwnWay() throws IOException {
        assertThat(AotCache.applies(java, OPTIONS, Map.of())).isTrue();
        assertThat(AotCache.applies(jdk("24.0.1"), OPTIONS, Map.of())).isFalse();
        for (String own :
                List.of(
                        "-XX:AOTCache=x",
                        "-XX:AOTMode=off",
                        "-XX:SharedArchiveFile=x",
                        "-XX:ArchiveClassesAtExit=x",
                        "-Xshare:off")) {
            assertThat(AotCache.applies(java, List.of(own), Map.of())).as(own).isFalse();
            assertThat(AotCache.applies(java, OPTIONS, Map.of("JAVA_TOOL_OPTIONS", "-ea " + own)))
                    .as(own)
                    .isFalse();
        }
    }
}

package dev.concertina.fleet.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.host.LaunchSpec;
import dev.concertina.fleet.host.OsHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jars as Spring Boot makes and unpacks them, around two classes. */
class LibrariesTest {
    @TempDir Path folder;

    private byte[] greeter = {};
    private byte[] main = {};

    @BeforeEach
    void compile() throws IOException {
        Path sources = Files.createDirectories(folder.resolve("sources"));
        Path one = sources.resolve("Greeter.java");
        Files.writeString(
                one,
                "package lib; public class Greeter { public static String hello() {"
                        + " return \"hello\"; } }");
        Path two = sources.resolve("Main.java");
        Files.writeString(
                two,
                "package app; public class Main { public static void main(String[] a) {"
                        + " System.out.println(lib.Greeter.hello() + \" \" + String.join(\" \", a)"
                        + " + \" \" + Main.class.getClassLoader().resources(\"other.properties\")"
                        + ".count());"
                        + " } }");
        Path out = folder.resolve("classes");
        assertThat(
                        ToolProvider.getSystemJavaCompiler()
                                .run(
                                        null,
                                        null,
                                        null,
                                        "-d",
                                        out.toString(),
                                        one.toString(),
                                        two.toString()))
                .isZero();
        greeter = Files.readAllBytes(out.resolve("lib/Greeter.class"));
        main = Files.readAllBytes(out.resolve("app/Main.class"));
    }

    /** What a release consists of; entries of the application beside its main class. */
    private record Content(
            Map<String, byte[]> libraries,
            Map<String, byte[]> more,
            Map<String, String> manifest) {}

    private Content content() throws IOException {
        var libraries = new LinkedHashMap<String, byte[]>();
        libraries.put("greeter.jar", jar(Map.of(), Map.of("lib/Greeter.class", greeter)));
        libraries.put("other.jar", jar(Map.of(), Map.of("other.properties", bytes("a=b"))));
        return new Content(libraries, new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    private Path shelf() {
        return folder.resolve("releases/libraries");
    }

    /** As a new release is made: in a draft that gets its name at the end. */
    private Path release(String name, Content content) throws IOException {
        Path releases = folder.resolve("releases");
        Path draft = releases.resolve("." + name);
        Path unpacked = Files.createDirectories(draft.resolve("unpacked"));
        Path jar = draft.resolve("app.jar");
        var inside = new LinkedHashMap<String, byte[]>();
        content.libraries().forEach((n, b) -> inside.put("BOOT-INF/lib/" + n, b));
        Files.write(jar, jar(Map.of("Spring-Boot-Lib", "BOOT-INF/lib/"), inside));
        for (var each : content.libraries().entrySet()) {
            Path file = unpacked.resolve("lib").resolve(each.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, each.getValue());
        }
        var manifest = new LinkedHashMap<>(content.manifest());
        manifest.put("Main-Class", "app.Main");
        manifest.put(
                "Class-Path",
                String.join(
                        " ", content.libraries().keySet().stream().map(n -> "lib/" + n).toList()));
        var entries = new LinkedHashMap<>(content.more());
        entries.put("app/Main.class", main);
        Files.write(unpacked.resolve("app.jar"), jar(manifest, entries));
        Libraries.share(jar, unpacked, releases.resolve(name).resolve("unpacked"), shelf());
        return Files.move(draft, releases.resolve(name)).resolve("unpacked");
    }

    private static byte[] jar(Map<String, String> attributes, Map<String, byte[]> entries)
            throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
        var head = new ByteArrayOutputStream();
        manifest.write(head);
        var all = new LinkedHashMap<String, byte[]>();
        all.put(JarFile.MANIFEST_NAME, head.toByteArray());
        all.putAll(entries);
        var bytes = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(bytes)) {
            for (var each : all.entrySet()) {
                var entry = new ZipEntry(each.getKey());
                // The same content is the same jar, whenever it is made.
                entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
                var crc = new CRC32();
                crc.update(each.getValue());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(each.getValue().length);
                entry.setCrc(crc.getValue());
                out.putNextEntry(entry);
                out.write(each.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private long shelved() throws IOException {
        try (Stream<Path> folders = Files.list(shelf())) {
            return folders.count();
        }
    }

    @Test
    void theSameLibrariesAreKeptOnceAndOthersBesideThem() throws IOException {
        Path first = release("r1", content());
        Path second = release("r2", content());
        assertThat(shelved()).isEqualTo(1);
        assertThat(Libraries.of(first).orElseThrow().shared())
                .isEqualTo(Libraries.of(second).orElseThrow().shared());
        assertThat(second.resolve("lib/greeter.jar")).isRegularFile();

        Content another = content();
        another.libraries().put("third.jar", jar(Map.of(), Map.of()));
        Path third = release("r3", another);
        assertThat(shelved()).isEqualTo(2);

        assertThat(third.resolve("lib/third.jar")).isRegularFile();

        Libraries.tidy(shelf(), List.of(first, second));
        assertThat(shelved()).isEqualTo(1);
        assertThat(first.resolve("lib/greeter.jar")).isRegularFile();
    }

    @Test
    void theOrderOfLibrariesIsPartOfWhatTheyAre() throws IOException {
        release("r1", content());
        var turned = new LinkedHashMap<String, byte[]>();
        content().libraries().entrySet().stream()
                .sorted((a, b) -> b.getKey().compareTo(a.getKey()))
                .forEach(each -> turned.put(each.getKey(), each.getValue()));
        release("r2", new Content(turned, Map.of(), Map.of()));
        assertThat(shelved()).isEqualTo(2);
    }

    @Test
    void aFleetThatWasMovedFindsItsLibrariesWhereTheyAre() throws IOException {
        Path before = Libraries.of(release("r1", content())).orElseThrow().alone();
        assertThat(before).content().contains(before.getParent() + "/greeter.jar");
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.move(folder.resolve("releases"), elsewhere.resolve("releases"));
        folder = elsewhere;
        assertThat(elsewhere.resolve("releases/r1/unpacked/lib/greeter.jar")).isRegularFile();
        Path now = Libraries.of(release("r2", content())).orElseThrow().alone();
        assertThat(shelved()).isEqualTo(1);
        assertThat(now).content().contains(now.getParent() + "/greeter.jar");
    }

    @ParameterizedTest
    @CsvSource({
        "other.properties, c=d",
        "META-INF/services/java.lang.Runnable, app.Main",
        "META-INF/spring.factories, a=b",
        "app/Reads.class, xxxMETA-INF/MANIFEST.MFxxx"
    })
    void anApplicationThatIsAnotherBehindItsLibrariesIsNotStartedSo(String name, String text)
            throws IOException {
        Content content = content();
        content.more().put(name, bytes(text));
        Path unpacked = release("r1", content);
        assertThat(Libraries.of(unpacked)).isEmpty();
        // It is started as ever, and its libraries are where its manifest says.
        assertThat(unpacked.resolve("lib/greeter.jar")).isRegularFile();
    }

    @ParameterizedTest
    @CsvSource({"Add-Opens, java.base/java.lang", "Enable-Native-Access, ALL-UNNAMED"})
    void whatOnlyTheLaunchedJarCanAskForIsNotLost(String name, String value) throws IOException {
        Content content = content();
        content.manifest().put(name, value);
        assertThat(Libraries.of(release("r1", content))).isEmpty();
    }

    @Test
    void librariesElsewhereStayThere() throws IOException {
        Content content = content();
        Path unpacked = folder.resolve("odd");
        Files.createDirectories(unpacked.resolve("libs"));
        Path jar = folder.resolve("app.jar");
        Files.write(jar, jar(Map.of(), content.libraries()));
        Files.write(
                unpacked.resolve("app.jar"),
                jar(Map.of("Class-Path", "libs/greeter.jar", "Main-Class", "app.Main"), Map.of()));
        Libraries.share(jar, unpacked, unpacked, shelf());
        assertThat(Libraries.of(unpacked)).isEmpty();
        assertThat(shelf()).doesNotExist();
    }

    /** By a real JVM: made from one release, used by the first start of the next. */
    @Test
    void theArchiveOfOneReleaseServesTheNext() throws Exception {
        Path first = release("r1", content());
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> options = List.of("-XX:+UseSerialGC", "-Xmx64m");
        LibraryArchive made =
                LibraryArchive.of(Libraries.of(first).orElseThrow(), java, options, Map.of());
        try (var host = new OsHost()) {
            var launch =
                    new LaunchSpec(
                            "app-training",
                            command(java, options, first, "from one"),
                            Map.of(),
                            folder,
                            folder.resolve("training.log"));
            var training = new Training(host, "app-training-" + System.nanoTime(), launch, made);
            assertThat(training.run()).as(log()).isEqualTo(Optional.empty());
        }
        assertThat(log()).contains("hello from one 1");

        Content changed = content();
        changed.more().put("new.txt", bytes("something new"));
        Path second = release("r2", changed);
        LibraryArchive found =
                LibraryArchive.of(Libraries.of(second).orElseThrow(), java, options, Map.of());
        assertThat(found.ready()).isTrue();
        var words = new ArrayList<>(found.command(command(java, options, second, "from two")));
        words.add(1, "-Xlog:class+load");
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(said)
                .contains("hello from two 1")
                .containsPattern("lib\\.Greeter source: shared objects file")
                .containsPattern("app\\.Main source: file:.*/r2/unpacked/application\\.jar");
        // Other options want another one.
        assertThat(
                        LibraryArchive.of(
                                        Libraries.of(second).orElseThrow(),
                                        java,
                                        List.of("-Xmx65m"),
                                        Map.of())
                                .ready())
                .isFalse();
    }

    private static List<String> command(
            Path java, List<String> options, Path unpacked, String argument) {
        var words = new ArrayList<String>();
        words.add(java.toString());
        words.addAll(options);
        words.addAll(List.of("-jar", unpacked.resolve("app.jar").toString(), argument));
        return words;
    }

    private String log() throws IOException {
        Path log = folder.resolve("training.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }
}

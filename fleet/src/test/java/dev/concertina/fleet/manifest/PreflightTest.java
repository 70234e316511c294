package dev.concertina.fleet.manifest;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {
    @TempDir Path folder;

    @Test
    void aRunnableJarPasses() throws IOException {
        jar("a.jar", 69, true);
        assertThat(problems("app: { jar: a.jar }")).isEmpty();
    }

    @Test
    void aMissingJarIsNamedAtItsPlace() {
        assertThat(problems("app: { jar: a.jar }"))
                .isEqualTo(
                        at("1:13")
                                + "app.jar '"
                                + folder.resolve("a.jar")
                                + "' does not exist. Build it first, or correct the path.");
    }

    @Test
    void whatIsNoRunnableJarIsRefused() throws IOException {
        Files.writeString(folder.resolve("a.jar"), "hello");
        assertThat(problems("app: { jar: a.jar }")).contains("' is not a jar: ");
        jar("b.jar", 69, false);
        assertThat(problems("app: { jar: b.jar }"))
                .contains("has no Main-Class in its manifest, so java -jar cannot run it. Build a");
        assertThat(problems("app: { jar: . }")).contains("is a folder. Name the jar inside it.");
    }

    @Test
    void aJarForANewerJavaNamesTheOnesFound() throws IOException {
        jar("a.jar", 44 + 99, true);
        var found = problems("app: { jar: a.jar }");
        assertThat(found)
                .startsWith(at("1:13") + "app.jar 'a.jar' needs Java 99; found ")
                .contains(" at " + Path.of(System.getProperty("java.home")).toAbsolutePath())
                .endsWith("Install a JDK 99 or later, or name its java in app.java.");
    }

    @Test
    void theChosenJavaIsTheOneThatCounts() throws IOException {
        jar("a.jar", 69, true);
        var old = Files.createDirectories(folder.resolve("jdk-17/bin")).resolve("java");
        Files.writeString(folder.resolve("jdk-17/release"), "JAVA_VERSION=\"17.0.15\"\n");
        Files.writeString(old, "");
        assertThat(problems("app: { jar: a.jar, java: jdk-17/bin/java }"))
                .contains("' is not a program. Write the path of bin/java of a JDK");
        assertThat(old.toFile().setExecutable(true)).isTrue();
        assertThat(problems("app: { jar: a.jar, java: jdk-17/bin/java }"))
                .isEqualTo(
                        at("1:26")
                                + "app.java 'a.jar' needs Java 25; found 17 at "
                                + old
                                + ". Install a JDK 25 or later, or name its java in app.java.");
    }

    @Test
    void theSpringBootLoaderIsNotTakenForTheApplication() throws IOException {
        var manifest = mainClass("org.springframework.boot.loader.launch.JarLauncher");
        manifest.getMainAttributes().putValue("Start-Class", "app.Main");
        manifest.getMainAttributes().putValue("Spring-Boot-Classes", "BOOT-INF/classes/");
        try (var out =
                new JarOutputStream(Files.newOutputStream(folder.resolve("boot.jar")), manifest)) {
            entry(out, "org/springframework/boot/loader/launch/JarLauncher.class", 61);
            entry(out, "BOOT-INF/classes/app/Main.class", 69);
        }
        assertThat(JarCheck.of(folder.resolve("boot.jar"))).isEqualTo(new JarCheck.Startable(25));
    }

    @Test
    void aProgramMustBeThere() {
        assertThat(problems("app: { command: no-such-program x }"))
                .isEqualTo(
                        at("1:17")
                                + "app.command begins with 'no-such-program', which is not a program"
                                + " on the PATH. Install it, or write its whole path.");
        assertThat(problems("app: { command: sh x, directory: nowhere }"))
                .contains("app.directory '" + folder.resolve("nowhere") + "' is no folder.");
        assertThat(problems("app: { command: sh x }")).isEmpty();
    }

    @Test
    void aReferenceThatLeadsNowhereIsFoundBeforeTheStart() {
        assertThat(problems("app: { command: sh x, env: { KEY: \"${env:NOT_SET}\" } }"))
                .isEqualTo(
                        at("1:35")
                                + "app.env.KEY refers to the environment variable NOT_SET, which is"
                                + " not set. Set it before 'concertina up': export NOT_SET=…");
    }

    @Test
    void aPortThatIsTakenIsFoundBeforeTheStartUnlessItIsOurs() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var yaml =
                    "app: { command: sh x }\ngateway: { listen: 127.0.0.1:"
                            + socket.getLocalPort()
                            + " }";
            assertThat(problems(yaml))
                    .startsWith(
                            at("2:20")
                                    + "gateway.listen asks for port "
                                    + socket.getLocalPort()
                                    + ": ")
                    .contains("listens on it already.");
            assertThat(Preflight.check(read(yaml), environment(), true)).isEmpty();
        }
    }

    @Test
    void aCertificateAndItsKeyMustBeThereAndFit() throws Exception {
        var yaml =
                "app: { command: sh x }\ngateway: { listen: 0, tls: { certificate: c, key: k } }";
        assertThat(problems(yaml))
                .isEqualTo(
                        at("2:43")
                                + "gateway.tls.certificate '"
                                + folder.resolve("c")
                                + "' does not exist. Correct the path.");
        Pem.write(folder.resolve("c"), folder.resolve("k"));
        assertThat(problems(yaml)).isEmpty();
        Pem.write(folder.resolve("c"), folder.resolve("other"));
        assertThat(problems(yaml))
                .isEqualTo(
                        at("2:51")
                                + "gateway.tls.key '"
                                + folder.resolve("k")
                                + "' is not the key of its certificate. Name the key that the"
                                + " certificate was made with.");
        Files.writeString(folder.resolve("k"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\n-----END");
        assertThat(problems(yaml)).contains("' is encrypted, and nobody is there to type");
        Files.writeString(folder.resolve("c"), "hello");
        assertThat(problems(yaml)).contains("' holds no certificate in PEM form. Name the file");
    }

    @Test
    void aStaticFolderMustBeThere() throws IOException {
        var yaml =
                "app: { command: sh x }\n"
                        + "gateway: { listen: 0, static: [ { path: /a/, folder: public } ] }";
        assertThat(problems(yaml))
                .isEqualTo(
                        at("2:54")
                                + "gateway.static[0].folder '"
                                + folder.resolve("public")
                                + "' is no folder. Make it, or correct the path.");
        Files.createDirectory(folder.resolve("public"));
        assertThat(problems(yaml)).isEmpty();
    }

    @Test
    void anNginxTooOldIsNamedWithItsVersion() throws IOException {
        var nginx = folder.resolve("nginx");
        Files.writeString(nginx, "#!/bin/sh\necho nginx version: nginx/1.14.2 >&2\n");
        assertThat(nginx.toFile().setExecutable(true)).isTrue();
        var yaml = "app: { command: sh x }\ngateway: { listen: 0, engine: nginx }";
        var path = Map.of("PATH", folder + ":/usr/bin:/bin");
        assertThat(Preflight.check(read(yaml), path, false))
                .extracting(Problem::toString)
                .containsExactly(
                        at("2:31")
                                + "gateway.engine 'nginx' needs nginx 1.18 or later; "
                                + nginx
                                + " is 1.14.2. Install a later one, or write 'engine: embedded'.");
    }

    @Test
    void anNginxThatCannotDivideRequestsIsNamedWhereACanaryIsWanted() throws IOException {
        var nginx = folder.resolve("nginx");
        Files.writeString(
                nginx,
                "#!/bin/sh\necho nginx version: nginx/1.18.0 >&2\n"
                        + "[ $1 = -v ] || echo configure arguments: --with-http_ssl_module"
                        + " --without-http_split_clients_module >&2\n");
        assertThat(nginx.toFile().setExecutable(true)).isTrue();
        var yaml =
                "app: { command: sh x }\nrollout: { strategy: %s }\n"
                        + "gateway: { listen: 0, engine: nginx }";
        var path = Map.of("PATH", folder + ":/usr/bin:/bin");
        assertThat(Preflight.check(read(yaml.formatted("canary")), path, false))
                .extracting(Problem::toString)
                .containsExactly(
                        at("2:22")
                                + "rollout.strategy 'canary' needs nginx's"
                                + " http_split_clients_module, without which "
                                + nginx
                                + " was built. Install another one (Debian and Ubuntu: apt-get"
                                + " install nginx-full), or write 'strategy: blue-green' or"
                                + " 'engine: embedded'.");
        assertThat(Preflight.check(read(yaml.formatted("blue-green")), path, false)).isEmpty();
    }

    private String problems(String yaml) {
        var full = yaml.contains("gateway") ? yaml : yaml + "\ngateway: { listen: 127.0.0.1:0 }";
        return Preflight.check(read(full), environment(), false).stream()
                .map(Problem::toString)
                .collect(joining("\n"));
    }

    private Reading.Read read(String yaml) {
        return (Reading.Read) ManifestReader.read(folder.resolve("c.yaml"), yaml);
    }

    private static Map<String, String> environment() {
        return Map.of("PATH", "/usr/bin:/bin");
    }

    private String at(String place) {
        return folder.resolve("c.yaml") + ":" + place + "  ";
    }

    private void jar(String name, int major, boolean runnable) throws IOException {
        var manifest = runnable ? mainClass("app.Main") : new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        try (var out = new JarOutputStream(Files.newOutputStream(folder.resolve(name)), manifest)) {
            entry(out, "app/Main.class", major);
        }
    }

    private static Manifest mainClass(String name) {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, name);
        return manifest;
    }

    private static void entry(JarOutputStream out, String name, int major) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        out.write(
                new byte[] {
                    (byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, (byte) major
                });
        out.closeEntry();
    }
}

package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong is said with its place, its value and the next move, and nothing runs. */
class BadInputTest {
    private Workspace workspace;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        workspace = new Workspace(directory);
        workspace.write(
                "server.js",
                "require('http').createServer((q, r) => r.end('ok')).listen(process.env.PORT, '127.0.0.1');\n");
    }

    @AfterEach
    void nothingRuns() {
        assertThat(workspace.processes()).isEmpty();
        workspace.close();
    }

    @Test
    void anUnknownKeyIsNamedWithTheOneThatWasMeant() {
        manifest("app:\n  name: web\n  command: node server.js\ninstancez: 3\n");
        var result = workspace.run("up", "-d").hasExit(2);
        assertThat(result.err()).contains("concertina.yaml:4", "instancez", "instances");
    }

    @Test
    void aWrongUnitIsNamedWithTheRightOnes() {
        manifest("app:\n  name: web\n  command: node server.js\n  drain: 30 parsecs\n");
        var result = workspace.run("up", "-d").hasExit(2);
        assertThat(result.err()).contains("concertina.yaml:4", "30 parsecs", "30s");
    }

    @Test
    void twoInstancesCannotShareAFixedPort() {
        manifest(
                "app:\n  name: web\n  command: node server.js\n  env: { PORT: 9000 }\ninstances: 2\n");
        var result = workspace.run("up", "-d").hasExit(2);
        assertThat(result.err()).contains("concertina.yaml:4", "9000", "PORT");
    }

    @Test
    void aMissingJarIsNamedWithHowToGetIt() {
        manifest("app:\n  name: web\n  jar: target/none.jar\n");
        var result = workspace.run("up", "-d").hasExit(2);
        assertThat(result.err()).contains("concertina.yaml:3", "target/none.jar");
    }

    @Test
    void aTakenPortIsNamedWithItsLine() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            manifest(
                    "app:\n  name: web\n  command: node server.js\ngateway:\n  listen: 127.0.0.1:"
                            + port
                            + "\n");
            var result = workspace.run("up", "-d").hasExit(2);
            assertThat(result.err()).contains("concertina.yaml:5", String.valueOf(port));
        }
    }

    @Test
    void anOldJdkForTheJarIsNamedWithTheOneItNeeds() throws Exception {
        Path old =
                workspace.write(
                        "jdk/bin/java", "#!/bin/sh\necho 'openjdk version \"17.0.2\"' >&2\n");
        assertThat(old.toFile().setExecutable(true)).isTrue();
        workspace.write("jdk/release", "JAVA_VERSION=\"17.0.2\"\n");
        manifest(
                "app:\n  name: web\n  java: " + old + "\n  jar: " + Workspace.registryJar() + "\n");
        var result = workspace.run("up", "-d").hasExit(2);
        assertThat(result.err()).contains("17", "25");
    }

    @Test
    void aHealthPathThatNeverAnswersIsShownWithProbeAndLog() {
        workspace.write(
                "deaf.js",
                "console.log('deaf but talkative');"
                        + "require('http').createServer((q, r) => { r.statusCode = 503; r.end('warming up'); })"
                        + ".listen(process.env.PORT, '127.0.0.1');\n");
        manifest(
                "app:\n  name: web\n  command: node deaf.js\n"
                        + "  health: { ready: /ready, start-within: 5s }\n"
                        + "gateway: { listen: 127.0.0.1:0 }\n");
        var result = workspace.run("up", "-d").hasExit(2);
        assertThat(result.err())
                .contains("concertina.yaml:4", "/ready", "503", "warming up", "deaf but talkative");
    }

    @Test
    void aProgramThatExitsAtOnceIsTriedWithBackOffAndThenGivenUp() {
        workspace.write("crash.js", "console.error('no database, giving up'); process.exit(7);\n");
        manifest("app:\n  name: web\n  command: node crash.js\ngateway: { listen: 127.0.0.1:0 }\n");
        var result = workspace.run("up", "-d").hasExit(2);
        assertThat(result.err()).contains("exit code 7", "no database, giving up", "crash");
    }

    @Test
    void yamlThatIsNoneIsNamedWithItsPlace() {
        manifest("app: [\n");
        assertThat(workspace.run("check").hasExit(2).err()).contains("concertina.yaml:");
    }

    @Test
    void noManifestIsSaidWithWhatToDo() throws Exception {
        Files.deleteIfExists(workspace.directory().resolve("concertina.yaml"));
        assertThat(workspace.run("up").hasExit(2).err()).contains("concertina.yaml", "init");
    }

    private void manifest(String text) {
        workspace.write("concertina.yaml", text);
    }
}

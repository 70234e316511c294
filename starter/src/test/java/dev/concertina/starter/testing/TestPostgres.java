package dev.concertina.starter.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A real PostgreSQL on a free port, which can be stopped and started again where it was. */
public final class TestPostgres implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final int port;
    private EmbeddedPostgres server;

    private TestPostgres() throws IOException {
        this.folder = Files.createTempDirectory("concertina-postgres");
        this.port = TestRedis.freePort();
        this.server = run();
    }

    private static final class Shared {
        private static final TestPostgres SERVER = start();

        private static TestPostgres start() {
            try {
                var server = new TestPostgres();
                Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** One for all tests of this JVM; whoever stops it starts it again. */
    public static TestPostgres shared() {
        return Shared.SERVER;
    }

    private EmbeddedPostgres run() throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "off")
                .setServerConfig("max_connections", "60")
                .setPGStartupWait(PATIENCE)
                .start();
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    /** Stops it, at once for its clients. */
    public void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void start() throws IOException {
        server = run();
    }

    /** SIGSTOP for all its processes: connections stay, nobody answers. */
    public void pause() throws Exception {
        signal("-STOP");
    }

    /** SIGCONT. */
    public void resume() throws Exception {
        signal("-CONT");
    }

    private void signal(String name) throws Exception {
        var pid =
                Long.parseLong(
                        Files.readAllLines(folder.resolve("data/postmaster.pid")).getFirst());
        var postmaster = ProcessHandle.of(pid).orElseThrow();
        var pids =
                Stream.concat(Stream.of(postmaster), postmaster.descendants())
                        .map(process -> Long.toString(process.pid()));
        var command = Stream.concat(Stream.of("kill", name), pids).toList();
        run(command);
    }

    private static void run(List<String> command) throws Exception {
        int ended = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (ended != 0) {
            throw new IllegalStateException(command + " ended with " + ended);
        }
    }

    @Override
    public void close() {
        stop();
        try (var files = Files.walk(folder)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

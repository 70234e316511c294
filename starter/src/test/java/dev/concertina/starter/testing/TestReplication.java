package dev.concertina.starter.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * A real PostgreSQL of 100 connections and a streaming replica of it that lags five seconds. Either
 * can be stopped and started again where it was.
 */
public final class TestReplication implements AutoCloseable {
    public static final Duration DELAY = Duration.ofSeconds(5);
    public static final int MAX_CONNECTIONS = 100;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path folder;
    private final int primaryPort;
    private final int replicaPort;
    private EmbeddedPostgres primary;
    private EmbeddedPostgres replica;

    private TestReplication() throws IOException {
        this.folder = Files.createTempDirectory("concertina-replication");
        this.primaryPort = TestRedis.freePort();
        this.replicaPort = TestRedis.freePort();
        // A primary that is stopped can be copied as it lies there.
        run("primary", primaryPort, "0").close();
        copy(folder.resolve("primary"), folder.resolve("replica"));
        Files.createFile(folder.resolve("replica").resolve("standby.signal"));
        Files.write(
                folder.resolve("replica").resolve("postgresql.auto.conf"),
                List.of(
                        "primary_conninfo = 'host=127.0.0.1 port="
                                + primaryPort
                                + " user=postgres'",
                        "wal_retrieve_retry_interval = '200ms'"),
                StandardOpenOption.APPEND);
        this.primary = run("primary", primaryPort, "0");
        this.replica = run("replica", replicaPort, DELAY.toSeconds() + "s");
    }

    private static final class Shared {
        private static final TestReplication SERVERS = start();

        private static TestReplication start() {
            try {
                var servers = new TestReplication();
                Runtime.getRuntime().addShutdownHook(new Thread(servers::close));
                return servers;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** One for all tests of this JVM; whoever stops a server starts it again. */
    public static TestReplication shared() {
        return Shared.SERVERS;
    }

    private EmbeddedPostgres run(String name, int port, String delay) throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder.resolve(name))
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "off")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", Integer.toString(MAX_CONNECTIONS))
                .setServerConfig("recovery_min_apply_delay", delay)
                .setPGStartupWait(PATIENCE)
                .start();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (var path : all.toList()) {
                var name = path.getFileName().toString();
                if (name.equals("postmaster.pid") || name.startsWith("epg-lock")) {
                    continue;
                }
                Files.copy(
                        path,
                        to.resolve(from.relativize(path)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    public String primaryUrl() {
        return "jdbc:postgresql://127.0.0.1:" + primaryPort + "/postgres?user=postgres";
    }

    public String replicaUrl() {
        return "jdbc:postgresql://127.0.0.1:" + replicaPort + "/postgres?user=postgres";
    }

    public void stopPrimary() throws IOException {
        primary.close();
    }

    public void startPrimary() throws IOException {
        primary = run("primary", primaryPort, "0");
    }

    public void stopReplica() throws IOException {
        replica.close();
    }

    public void startReplica() throws IOException {
        replica = run("replica", replicaPort, DELAY.toSeconds() + "s");
    }

    @Override
    public void close() {
        try {
            replica.close();
            primary.close();
            try (var files = Files.walk(folder)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

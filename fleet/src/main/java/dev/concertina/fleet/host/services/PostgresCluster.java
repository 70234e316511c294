package dev.concertina.fleet.host.services;

import dev.concertina.fleet.host.Folders;
import dev.concertina.fleet.host.LogTail;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Creates a database cluster, in a folder that appears whole or not at all. */
record PostgresCluster(Path home, Path folder, Path log) {
    /** The server's own language, whatever the user's is: messages are looked at by programs. */
    static final Map<String, String> ENV = Map.of("LC_ALL", "C");

    private static final long MINUTES_MAX = 2;
    private static final String UNFINISHED = "initdb.";

    /**
     * PostgreSQL refuses to run as root. In a user namespace of its own it is nobody, still owns
     * the files of root, and has none of root's powers.
     */
    static List<String> rootPrefix() {
        return Owner.ofThisProcess() == Owner.ROOT ? List.of("unshare", "--user") : List.of();
    }

    void create(Path data, String name, Path passwordFile) throws IOException {
        removeUnfinished();
        Path fresh = Files.createTempDirectory(folder, UNFINISHED);
        Path cluster = fresh.resolve("data");
        run(
                List.of(
                        home.resolve("bin/initdb").toString(),
                        "--pgdata=" + cluster.toAbsolutePath(),
                        "--username=" + name,
                        "--pwfile=" + passwordFile.toAbsolutePath(),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--no-instructions"),
                "");
        run(
                List.of(
                        home.resolve("bin/postgres").toString(),
                        "--single",
                        "-D",
                        cluster.toAbsolutePath().toString(),
                        "postgres"),
                "CREATE DATABASE " + name + "\n");
        Files.move(cluster, data, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(fresh);
    }

    private void removeUnfinished() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, UNFINISHED + "*")) {
            for (Path each : left) {
                Folders.delete(each);
            }
        }
    }

    private void run(List<String> command, String input) throws IOException {
        long logEnd = LogTail.end(log);
        List<String> words = new ArrayList<>(rootPrefix());
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
        builder.environment().putAll(ENV);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(new File(log.toString())));
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        try {
            boolean ended = process.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
            if (!ended || process.exitValue() != 0) {
                throw new ServiceException(
                        "services.postgres: the database could not be created in "
                                + folder
                                + ": "
                                + command.getFirst()
                                + (ended
                                        ? " ended with code " + process.exitValue()
                                        : " did not end in " + MINUTES_MAX + " minutes")
                                + " and wrote:\n"
                                + LogTail.since(log, logEnd, 20)
                                + advice());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String advice() {
        return rootPrefix().isEmpty()
                ? ""
                : "\nPostgreSQL does not run as root, and this system may forbid user namespaces:"
                        + " run concertina as another user.";
    }
}

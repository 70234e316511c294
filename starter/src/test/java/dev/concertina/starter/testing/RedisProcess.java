package dev.concertina.starter.testing;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/**
 * One Redis in a process of its own, which can be killed, stopped and started again: the machine's
 * {@code redis-server} if there is one, else the one that comes with the tests.
 */
public final class RedisProcess implements AutoCloseable {
    private static final Path EXECUTABLE = executable();

    private final Path folder;
    private final int port;
    private final List<String> command = new ArrayList<>();
    private Process process;

    /**
     * Starts it.
     *
     * @param settings as on its command line, without the dashes
     */
    public RedisProcess(int port, String... settings) throws Exception {
        this.folder = Files.createTempDirectory("concertina-redis");
        this.port = port;
        command.add(EXECUTABLE.toString());
        var all =
                Stream.concat(
                        Stream.of(
                                "port " + port, "bind 127.0.0.1", "dir " + folder, "appendonly no"),
                        Stream.of(settings));
        Files.write(folder.resolve("redis.conf"), Stream.concat(all, Stream.of("")).toList());
        command.add(folder.resolve("redis.conf").toString());
        for (var setting : settings) {
            if (setting.startsWith("sentinel ")) {
                command.add("--sentinel");
                break;
            }
        }
        process = start();
    }

    private static Path executable() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(RedisProcess::embedded);
    }

    private static Path embedded() {
        try {
            return ExecutableProvider.newJarResourceProvider().get().toPath();
        } catch (IOException e) {
            throw new IllegalStateException("there is no Redis for tests", e);
        }
    }

    private Process start() throws IOException {
        var started =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        return started;
    }

    public int port() {
        return port;
    }

    /** Waits until it answers. */
    public RedisProcess ready(RedisURI.Builder uri) {
        var client = RedisClient.create();
        try {
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (true) {
                try (var connection =
                        client.connect(uri.withHost("127.0.0.1").withPort(port).build())) {
                    connection.sync().ping();
                    return this;
                } catch (RedisException e) {
                    if (System.nanoTime() > end || !process.isAlive()) {
                        throw new IllegalStateException("Redis does not start: " + log(), e);
                    }
                    Thread.onSpinWait();
                }
            }
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    public RedisProcess ready() {
        return ready(RedisURI.builder());
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return "without a log";
        }
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts it again where it was. */
    public void restart() throws IOException {
        process = start();
    }

    /** SIGSTOP: connections stay, nobody answers. */
    public void pause() throws Exception {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        int ended =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor();
        if (ended != 0) {
            throw new IllegalStateException("kill -" + name + " ended with " + ended);
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        try (var files = Files.walk(folder)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        }
    }
}

package dev.concertina.bench.requeststate;

import dev.concertina.bench.Ports;
import dev.concertina.bench.Program;
import dev.concertina.starter.testing.TestRedis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import redis.embedded.RedisServer;

/**
 * One application under measurement: a process of its own, with a Redis of its own behind a relay
 * of its own. One Redis for all would do for each of them what any of them asked it to.
 */
final class Subject implements AutoCloseable {
    static final String PLAIN = "/plain";
    static final int VISITORS = 8;
    private static final int START_SECONDS = 90;

    /**
     * How to start one.
     *
     * @param name for people
     */
    record Launch(String name, String mainClass, String classPath, List<String> settings) {}

    private final Launch launch;
    private final RedisServer redis;
    private final ProcessHandle redisProcess;
    private final int redisPort;
    private final Relay relay;
    private final Program program;
    private final List<Visitor> visitors = new ArrayList<>();

    private Subject(
            Launch launch,
            RedisServer redis,
            ProcessHandle redisProcess,
            int redisPort,
            Relay relay,
            Program program) {
        this.launch = launch;
        this.redis = redis;
        this.redisProcess = redisProcess;
        this.redisPort = redisPort;
        this.relay = relay;
        this.program = program;
    }

    static Subject start(Launch launch, Path log) throws IOException, InterruptedException {
        int redisPort = TestRedis.freePort();
        Set<ProcessHandle> before = children();
        RedisServer redis = TestRedis.server(redisPort);
        redis.start();
        Set<ProcessHandle> started = new HashSet<>(children());
        started.removeAll(before);
        var relay = new Relay(redisPort);
        int port = TestRedis.freePort();
        var command =
                new ArrayList<>(
                        List.of(
                                java(),
                                "-Xmx256m",
                                "-cp",
                                launch.classPath(),
                                launch.mainClass(),
                                "--server.port=" + port,
                                "--spring.main.banner-mode=off",
                                // A connection lasts as long as the bench.
                                "--server.tomcat.max-keep-alive-requests=-1",
                                "--server.tomcat.keep-alive-timeout=1h",
                                "--redis.port=" + relay.port(),
                                "--concertina.redis.url=redis://127.0.0.1:" + relay.port()));
        command.addAll(launch.settings());
        var subject =
                new Subject(
                        launch,
                        redis,
                        started.iterator().next(),
                        redisPort,
                        relay,
                        Program.start(log, Map.of(), command));
        subject.enter(port, log);
        return subject;
    }

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current().children().collect(Collectors.toSet());
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private void enter(int port, Path log) throws IOException, InterruptedException {
        for (int i = 0; i < START_SECONDS * 10 && !Ports.answers(port); i++) {
            if (!program.isAlive()) {
                throw new IOException(name() + " did not start; see " + log);
            }
            Thread.sleep(100);
        }
        for (int i = 0; i < VISITORS; i++) {
            visitors.add(new Visitor(port, "user" + i));
        }
    }

    String name() {
        return launch.name();
    }

    Relay relay() {
        return relay;
    }

    int redisPort() {
        return redisPort;
    }

    List<Visitor> visitors() {
        return visitors;
    }

    double cpuSeconds() {
        return program.cpuSeconds();
    }

    double redisCpuSeconds() throws IOException {
        return Program.onProcessorSeconds(redisProcess);
    }

    @Override
    public void close() throws IOException {
        for (Visitor visitor : visitors) {
            visitor.close();
        }
        program.close();
        relay.close();
        redis.stop();
    }
}

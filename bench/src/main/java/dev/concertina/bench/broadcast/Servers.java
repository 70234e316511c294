package dev.concertina.bench.broadcast;

import dev.concertina.bench.Ports;
import dev.concertina.bench.Program;
import dev.concertina.starter.testing.TestRedis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.embedded.RedisServer;

/** Three servers of one product, and a Redis of their own. */
final class Servers implements AutoCloseable {
    private static final int COUNT = 3;
    private static final int START_SECONDS = 90;

    private final RedisServer redis;
    private final List<Program> programs = new ArrayList<>();
    private final List<Integer> ports;

    /** How to start one. */
    interface Launch {
        List<String> command(int port, String redis);
    }

    Servers(Launch launch, Path logs, String name) throws IOException, InterruptedException {
        int redisPort = TestRedis.freePort();
        redis = TestRedis.server(redisPort);
        redis.start();
        ports = Ports.free(COUNT);
        var url = "redis://127.0.0.1:" + redisPort;
        for (int port : ports) {
            programs.add(
                    Program.start(
                            logs.resolve(name + "-" + programs.size() + ".log"),
                            Map.of("PORT", Integer.toString(port), "REDIS_URL", url),
                            launch.command(port, url)));
        }
        for (int port : ports) {
            await(port, logs);
        }
    }

    private void await(int port, Path logs) throws IOException, InterruptedException {
        for (int i = 0; i < START_SECONDS * 10 && !Ports.answers(port); i++) {
            if (!programs.stream().allMatch(Program::isAlive)) {
                throw new IOException("a server did not start; see " + logs);
            }
            Thread.sleep(100);
        }
    }

    List<Integer> ports() {
        return ports;
    }

    double cpuSeconds() {
        return programs.stream().filter(Program::isAlive).mapToDouble(Program::cpuSeconds).sum();
    }

    /** SIGKILL, as no server expects it. */
    int killLast() {
        programs.getLast().kill();
        return ports.getLast();
    }

    @Override
    public void close() throws IOException {
        programs.forEach(Program::close);
        redis.stop();
    }
}

package dev.concertina.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.acceptance.live.LiveApplication;
import dev.concertina.starter.live.Broadcast;
import dev.concertina.starter.live.Listener;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Subscribers of three instances, through the gateway, while instances are killed and redeployed
 * and Redis is killed: each sees every message in order or is told that it may not, none twice.
 */
class LiveChannelsTest {
    private static final boolean LONG = Boolean.getBoolean("soak");
    private static final int LISTENERS = LONG ? 200 : 40;
    private static final int ROUNDS = LONG ? 10 : 1;
    private static final int SENDERS = 3;
    private static final String CHANNEL = "soak";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final long seed = Long.getLong("seed", new Random().nextLong(1_000_000));
    private final Random random = new Random(seed);
    private final Broadcast broadcast = new Broadcast();
    private final AtomicInteger published = new AtomicInteger();
    private final AtomicInteger redisKilled = new AtomicInteger();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private volatile boolean over;

    @Test
    void everybodySeesEverythingOrIsTold(@TempDir Path directory) throws Exception {
        System.out.println("seed " + seed);
        try (var workspace = new Workspace(directory)) {
            int port = up(workspace);
            var listeners = new ArrayList<Listener>();
            for (int i = 0; i < LISTENERS; i++) {
                var kind = i % 2 == 0 ? Listener.Kind.EVENTS : Listener.Kind.SOCKET;
                var log = broadcast.subscriber("listener " + i);
                listeners.add(Listener.start(kind, () -> port, CHANNEL, log));
            }
            Workspace.await(
                    PATIENCE,
                    () -> listeners.stream().allMatch(Listener::opened),
                    () -> "not all were let in");
            var senders = new ArrayList<Thread>();
            for (int i = 0; i < SENDERS; i++) {
                var name = "sender" + i;
                senders.add(Thread.ofVirtual().start(() -> send(name, port)));
            }
            try {
                awaitMore(100);
                for (int round = 0; round < ROUNDS; round++) {
                    killAnInstance(workspace);
                    awaitMore(100);
                }
                workspace.run("deploy", "--again").hasExit(0);
                awaitMore(100);
                // None of that is a reason for a gap.
                assertThat(broadcast.resets()).isZero();
                for (int round = 0; round < ROUNDS; round++) {
                    kill(workspace.status().get("services").get(0).get("pid").asLong());
                    redisKilled.incrementAndGet();
                    awaitMore(100);
                    killAnInstance(workspace);
                    awaitMore(100);
                }
            } finally {
                over = true;
                for (var sender : senders) {
                    sender.join();
                }
            }
            Workspace.await(
                    PATIENCE, broadcast::settled, () -> "seed " + seed + ": " + broadcast.faults());
            int connections = listeners.stream().mapToInt(Listener::connections).sum();
            for (var listener : listeners) {
                assertThat(listener.refused()).isEmpty();
                listener.close();
            }
            System.out.printf(
                    "%d published, %d of them unanswered when Redis died, %d received by %d"
                            + " subscribers over %d connections, %d resets,"
                            + " %d instances and %d times Redis killed, 1 deployment%n",
                    broadcast.published(),
                    broadcast.doubtful(),
                    broadcast.received(),
                    LISTENERS,
                    connections,
                    broadcast.resets(),
                    2 * ROUNDS,
                    ROUNDS);
            assertThat(broadcast.faults()).as("seed %d", seed).isEmpty();
            assertThat(connections).isGreaterThan(LISTENERS);
            workspace.run("down").hasExit(0);
            assertThat(workspace.processes()).isEmpty();
        }
    }

    private static int up(Workspace workspace) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        workspace.write(
                "java.args",
                "-XX:TieredStopAtLevel=1\n-XX:+UseSerialGC\n-Xmx128m\n-cp\n\""
                        + classpath()
                        + "\"\n"
                        + LiveApplication.class.getName()
                        + "\n--spring.application.name=live\n--spring.main.banner-mode=off\n"
                        + "--concertina.session.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n"
                        // Nobody is away for longer than that, however busy the machine is.
                        + "--concertina.channel.history=100000\n"
                        + "--concertina.channel.probe=1s\n--concertina.channel.check=2s\n");
        workspace.write(
                "concertina.yaml",
                "app:\n  name: live\n  command: "
                        + java
                        + " @java.args\n  health: { ready: /health/ready }\n  drain: 4s\n"
                        + "instances: 3\nservices: { redis: embedded }\n"
                        + "gateway: { listen: 127.0.0.1:0 }\n");
        workspace.run("up", "-d").hasExit(0);
        return URI.create(workspace.awaitReady(3).get("address").asString()).getPort();
    }

    // Instances run in a folder of their own.
    private static String classpath() {
        return Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getProperty("java.class.path", ""))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private void killAnInstance(Workspace workspace) {
        JsonNode instances = workspace.status().get("instances");
        long victim = instances.get(random.nextInt(instances.size())).get("pid").asLong();
        kill(victim);
        Workspace.await(
                PATIENCE,
                () ->
                        workspace
                                .status()
                                .get("instances")
                                .valueStream()
                                .noneMatch(i -> i.get("pid").asLong() == victim),
                () -> "the killed process is still listed");
        workspace.awaitReady(3);
    }

    private static void kill(long pid) {
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    }

    private void awaitMore(int publications) {
        int goal = published.get() + publications;
        Workspace.await(
                PATIENCE,
                () -> published.get() >= goal,
                () -> "only " + published + " of " + goal + " publications");
    }

    private void send(String name, int port) {
        boolean last = false;
        for (int n = 1; !last; n++) {
            last = over;
            if (publish(name, n, port)) {
                broadcast.acknowledged(name, n);
                published.incrementAndGet();
            } else {
                broadcast.unsure(name, n);
                last = false;
            }
            LockSupport.parkNanos(Duration.ofMillis(15).toNanos());
        }
    }

    /**
     * Publishes under one name until there is an answer: an instance that is killed may have done
     * it or not. Only Redis remembers the names, so when it was killed meanwhile nobody knows.
     */
    private boolean publish(String name, int number, int port) {
        int killed = redisKilled.get();
        var request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + port + "/channels/" + CHANNEL))
                        .timeout(Duration.ofSeconds(20))
                        .header("Idempotency-Key", name + "-" + number)
                        .POST(
                                BodyPublishers.ofString(
                                        "{\"event\":\"said\",\"data\":{\"s\":\""
                                                + name
                                                + "\",\"n\":"
                                                + number
                                                + "}}"))
                        .build();
        for (int i = 0; i < 50; i++) {
            try {
                var status = http.send(request, BodyHandlers.ofString()).statusCode();
                if (status == 200) {
                    return true;
                }
                assertThat(status).isGreaterThanOrEqualTo(500);
            } catch (IOException e) {
                // The answer is lost, and perhaps the request.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            // A kill is counted a moment after it was done.
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            if (redisKilled.get() != killed) {
                return false;
            }
        }
        return false;
    }
}

package dev.concertina.verifier.workload;

import static dev.concertina.verifier.workload.StepBuilder.step;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.concertina.verifier.history.History;
import dev.concertina.verifier.history.Operation;
import dev.concertina.verifier.history.RunClock;
import dev.concertina.verifier.http.Client;
import dev.concertina.verifier.http.Origin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenLoadTest {
    private final RunClock clock = new RunClock();
    private final History history = new History();
    private final CountDownLatch gate = new CountDownLatch(1);
    private HttpServer server;
    private Client client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/fast",
                exchange -> {
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.createContext(
                "/held",
                exchange -> {
                    await(gate);
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
        var origin = Origin.of("http://127.0.0.1:" + server.getAddress().getPort());
        client = new Client(origin, clock, Duration.ofSeconds(30));
    }

    @AfterEach
    void stop() {
        gate.countDown();
        client.close();
        server.stop(0);
    }

    @Test
    void everyArrivalIsInTheHistoryOnItsSchedule() throws InterruptedException {
        var load = load("/fast", 200).start();
        clock.pause(Duration.ofMillis(300));
        var offered = load.stop();
        var operations = history.of("load");
        assertThat(offered.kept()).isTrue();
        assertThat(operations).hasSize((int) offered.offered()).noneMatch(Operation::failed);
        var intended = operations.stream().mapToLong(Operation::intended).sorted().toArray();
        for (int i = 1; i < intended.length; i++) {
            assertThat(intended[i] - intended[i - 1]).isBetween(4_999_000L, 5_001_000L);
        }
    }

    @Test
    void usersArriveThoughNobodyBeforeThemWasServed() throws InterruptedException {
        var load = load("/held", 100).start();
        clock.pause(Duration.ofMillis(500));
        gate.countDown();
        var offered = load.stop();
        assertThat(offered.offered()).isGreaterThan(5);
        assertThat(history.of("load")).hasSize((int) offered.offered());
        // The first waited for the gate, and its latency says so.
        assertThat(history.of("load").stream().mapToLong(Operation::latency).max().orElse(0))
                .isGreaterThan(Duration.ofMillis(200).toNanos());
    }

    private OpenLoad load(String path, int perSecond) {
        return new OpenLoad(
                "load",
                List.of(List.of(step("GET", path).build())),
                perSecond,
                new Users(history, clock),
                client,
                clock,
                new SplittableRandom(1));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.concertina.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Balance;
import dev.concertina.contract.Drained;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.Target;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // lines on the wire end with CR LF
class DrainTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void aDrainWaitsForWhatIsInFlightAndThenClosesEveryConnection() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        try (Stage stage = new Stage()) {
            Origin slow =
                    stage.origin(connection -> {
                        for (var r = connection.read(); r != null; r = connection.read()) {
                            if (r.path().equals("/slow")) {
                                answer.await();
                            }
                            connection.respond("done");
                        }
                        ended.incrementAndGet();
                    });
            stage.route(slow);
            Client other = stage.client();
            assertThat(other.get("/").body()).isEqualTo("done");
            Client client = stage.client().send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            Stage.until("it is in flight", () -> stage.status().targets().get(0).inFlight() == 1);
            Origin successor = stage.saying("new");
            stage.route(Balance.ROUND_ROBIN, List.of(Stage.target(successor.port(), 1)));
            CompletableFuture<Drained> draining = stage.startDrain("a", LONG);
            assertThat(other.get("/").body()).isEqualTo("new");
            assertThat(draining).isNotDone();
            answer.countDown();
            assertThat(client.read().body()).isEqualTo("done");
            assertThat(draining.join().cut()).isZero();
            Stage.until("no connection is left", () -> ended.get() == slow.connections());
        }
    }

    @Test
    void whatRemainsAtTheDeadlineIsCutAndCounted() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        connection.read();
                        connection.in().readAllBytes();
                    }));
            Client client = stage.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Stage.until("it is in flight", () -> stage.status().targets().get(0).inFlight() == 1);
            stage.route();
            Drained drained = stage.drain("a", Duration.ofMillis(50));
            assertThat(drained.cut()).isEqualTo(1);
            assertThat(drained.waited()).isGreaterThanOrEqualTo(Duration.ofMillis(50));
            assertThat(client.read().status()).isEqualTo(503);
        }
    }

    @Test
    void anUnknownInstanceIsDrainedAtOnceAndAgain() throws Exception {
        try (Stage stage = new Stage()) {
            Origin origin = stage.saying("x");
            stage.route(origin);
            assertThat(stage.client().get("/").status()).isEqualTo(200);
            assertThat(stage.drain("nobody", LONG).cut()).isZero();
            stage.route();
            assertThat(stage.drain("a", LONG).cut()).isZero();
            assertThat(stage.drain("a", LONG).cut()).isZero();
        }
    }

    /**
     * Instances that answer 503 from the moment their drain is over, as Tomcat does on idle
     * connections once it shuts down: nobody may ever see one.
     */
    @Test
    void rollingReplacementsUnderLoadFailNoRequest() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        try (Stage stage = new Stage()) {
            AtomicBoolean[] stopped = new AtomicBoolean[21];
            Origin[] origins = new Origin[21];
            for (int i = 0; i < origins.length; i++) {
                AtomicBoolean mine = new AtomicBoolean();
                stopped[i] = mine;
                origins[i] =
                        stage.origin(connection -> {
                            while (connection.read() != null) {
                                if (mine.get()) {
                                    failed.incrementAndGet();
                                }
                                connection.respond("x");
                            }
                        });
            }
            stage.route(Balance.LEAST_CONNECTIONS, targets(origins, 0));
            Thread[] clients = new Thread[8];
            for (int c = 0; c < clients.length; c++) {
                clients[c] = Thread.ofVirtual().start(() -> load(stage, over, served, failed));
            }
            for (int i = 0; i + 1 < origins.length; i++) {
                int before = served.get();
                Stage.until("traffic flows", () -> served.get() > before + 50);
                stage.route(Balance.LEAST_CONNECTIONS, targets(origins, i + 1));
                Drained drained = stage.drain("i" + i, LONG);
                stopped[i].set(true);
                assertThat(drained.cut()).isZero();
            }
            over.set(true);
            for (Thread client : clients) {
                client.join();
            }
            assertThat(failed).hasValue(0);
        }
    }

    private static List<Target> targets(Origin[] all, int first) {
        List<Target> targets = new ArrayList<>();
        for (int i = first; i < Math.min(all.length, first + 2); i++) {
            targets.add(new Target(new InstanceId("i" + i), "127.0.0.1", all[i].port(), "r1"));
        }
        return targets;
    }

    private static void load(
            Stage stage, AtomicBoolean over, AtomicInteger served, AtomicInteger failed) {
        try (Client client = new Client(stage.port())) {
            for (int i = 0; !over.get(); i++) {
                Client.Response response = i % 4 == 0 ? client.post("/", "x") : client.get("/");
                if (response.status() == 200) {
                    served.incrementAndGet();
                } else {
                    failed.incrementAndGet();
                }
            }
        } catch (IOException e) {
            failed.incrementAndGet();
        }
    }

    @Test
    void aWebSocketTunnelsAndIsClosedWith1012AtADrain() throws Exception {
        try (Stage stage = new Stage()) {
            Origin echo = stage.origin(DrainTest::echo);
            stage.route(echo);
            Client client = webSocket(stage);
            client.socket().getOutputStream().write(new byte[] {(byte) 0x82, 3, 1, 2, 3});
            assertThat(client.in().readNBytes(5)).containsExactly(0x82, 3, 1, 2, 3);
            stage.route();
            CompletableFuture<Drained> draining = stage.startDrain("a", Duration.ofSeconds(6));
            assertThat(client.in().readNBytes(4)).containsExactly(0x88, 2, 0x03, 0xF4);
            assertThat(draining).isNotDone();
            client.socket().getOutputStream().write(new byte[] {(byte) 0x88, 0});
            assertThat(client.ended()).isTrue();
            assertThat(draining.join().cut()).isZero();
        }
    }

    private static void echo(Origin.Connection connection) throws IOException {
        connection.readHead();
        connection.write(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade:"
                        + " websocket\r\nSec-WebSocket-Accept: x\r\n\r\n");
        InputStream in = connection.in();
        while (true) {
            int opcode = in.read();
            if (opcode < 0) {
                return;
            }
            byte[] payload = in.readNBytes(in.read());
            connection.out().write(opcode);
            connection.out().write(payload.length);
            connection.out().write(payload);
            if (opcode == 0x88) {
                return;
            }
        }
    }

    private static Client webSocket(Stage stage) throws IOException {
        Client client =
                stage.client()
                        .send(
                                "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade:"
                                        + " websocket\r\nSec-WebSocket-Key: x\r\n\r\n");
        String head = client.readHead();
        assertThat(head)
                .startsWith("HTTP/1.1 101 ")
                .contains("Upgrade: websocket")
                .contains("Sec-WebSocket-Accept: x");
        return client;
    }

    @Test
    void aRefusedUpgradeIsAnOrdinaryResponse() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(stage.saying("no"));
            Client client =
                    stage.client()
                            .send(
                                    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                                            + "Upgrade: websocket\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("no");
            assertThat(client.get("/").body()).isEqualTo("no");
        }
    }

    @Test
    void anEventStreamIsEndedCleanlyAtADrain() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        connection.read();
                        connection.write(
                                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                        + "Transfer-Encoding: chunked\r\n\r\n"
                                        + "9\r\ndata: 1\n\n\r\n");
                        connection.in().readAllBytes();
                    }));
            Client client = stage.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            String head = client.readHead();
            assertThat(head).contains("event-stream");
            Stage.until("it is in flight", () -> stage.status().targets().get(0).inFlight() == 1);
            stage.route();
            CompletableFuture<Drained> draining = stage.startDrain("a", Duration.ofSeconds(6));
            assertThat(new String(Origin.Wire.readBody(client.in(), head), US_ASCII))
                    .isEqualTo("data: 1\n\n");
            assertThat(draining.join().cut()).isZero();
        }
    }

    @Test
    void stoppingLetsRequestsEndAndRefusesNewConnections() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        Stage stage = new Stage();
        try (stage) {
            stage.route(
                    stage.origin(connection -> {
                        connection.read();
                        answer.await();
                        connection.respond("done");
                    }));
            Client idle = stage.client();
            Client busy = stage.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Stage.until("it is in flight", () -> stage.status().targets().get(0).inFlight() == 1);
            stage.stop(LONG);
            assertThat(idle.ended()).isTrue();
            answer.countDown();
            Client.Response response = busy.read();
            assertThat(response.body()).isEqualTo("done");
            assertThat(response.field("connection")).isEqualTo("close");
            stage.server().ended().orTimeout(30, java.util.concurrent.TimeUnit.SECONDS).join();
        }
    }
}

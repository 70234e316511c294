package dev.concertina.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Balance;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {
    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void aFailedConnectionMovesAnyMethodToAnotherTarget(String method) throws Exception {
        try (Stage stage = new Stage()) {
            Origin origin = stage.saying("x");
            stage.route(
                    Balance.ROUND_ROBIN,
                    List.of(Stage.target(Stage.deadPort(), 0), Stage.target(origin.port(), 1)));
            Client client = stage.client();
            for (int i = 0; i < 20; i++) {
                client.send(
                        method + " /" + i + " HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1");
                assertThat(client.read().status()).isEqualTo(200);
            }
            assertThat(origin.seenMost()).isEqualTo(1);
            assertThat(stage.status().unserved()).isZero();
        }
    }

    @Test
    void aGetIsSentAgainWhenItsConnectionCloses() throws Exception {
        try (Stage stage = new Stage()) {
            Origin closing = stage.origin(Origin.Connection::read);
            Origin good = stage.saying("good");
            stage.route(closing, good);
            Client client = stage.client();
            for (int i = 0; i < 10; i++) {
                assertThat(client.get("/" + i).body()).isEqualTo("good");
            }
            assertThat(stage.status().retried()).isPositive();
        }
    }

    @Test
    void aPostThatWasSentIsNeverSentAgain() throws Exception {
        try (Stage stage = new Stage()) {
            Origin one = stage.origin(Origin.Connection::read);
            Origin two = stage.origin(Origin.Connection::read);
            stage.route(one, two);
            for (int i = 0; i < 10; i++) {
                assertThat(stage.client().post("/" + i, "x").status()).isEqualTo(502);
                assertThat(one.seen("/" + i) + two.seen("/" + i)).isEqualTo(1);
            }
        }
    }

    @Test
    void aPutWhoseBodyIsGoneIsNotSentAgain() throws Exception {
        try (Stage stage = new Stage()) {
            Origin one = stage.origin(Origin.Connection::read);
            stage.route(one, one);
            Client client = stage.client();
            client.send("PUT /p HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
            assertThat(client.read().status()).isEqualTo(502);
            assertThat(one.seen("/p")).isEqualTo(1);
        }
    }

    /** As a server does that starts, stops or has too much to do. */
    @Test
    void anInstanceThatRefusesIsNotTheLastWord() throws Exception {
        try (Stage stage = new Stage()) {
            Origin refusing =
                    stage.origin(connection -> {
                        while (connection.read() != null) {
                            connection.write("HTTP/1.1 503 No\r\nContent-Length: 5\r\n\r\nlater");
                        }
                    });
            stage.route(refusing, stage.saying("good"));
            Client client = stage.client();
            int refused = 0;
            for (int i = 0; i < 10; i++) {
                assertThat(client.get("/" + i).body()).isEqualTo("good");
                refused += client.post("/post" + i, "x").status() == 503 ? 1 : 0;
            }
            assertThat(refused).isPositive();
            stage.route(refusing, refusing);
            assertThat(client.get("/all").body()).isEqualTo("later");
            assertThat(refusing.seen("/all")).isEqualTo(2);
        }
    }

    /** A server as most are: it keeps connections, and only POSTs come. */
    @Test
    void postsAloneComeToShareConnections() throws Exception {
        try (Stage stage = new Stage()) {
            Origin origin = stage.saying("x");
            stage.route(origin);
            Client client = stage.client();
            AtomicInteger sent = new AtomicInteger();
            Stage.until(
                    "three in a row need no new connection",
                    () -> {
                        int before = origin.connections();
                        for (int i = 0; i < 3; i++) {
                            post(client, sent.incrementAndGet());
                        }
                        return origin.connections() == before;
                    });
            assertThat(origin.seenMost()).isEqualTo(1);
            assertThat(stage.status().retried()).isZero();
        }
    }

    private static void post(Client client, int number) {
        try {
            assertThat(client.post("/" + number, "x").status()).isEqualTo(200);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** An origin that closes after each k-th response without saying so, on two connections. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void originsThatCloseUnannouncedCostNothing(int requests) throws Exception {
        Origin.Script script =
                connection -> {
                    for (int i = 0; i < requests && connection.read() != null; i++) {
                        connection.respond("x");
                    }
                };
        try (Stage stage = new Stage()) {
            Origin one = stage.origin(script);
            Origin two = stage.origin(script);
            stage.route(one, two);
            AtomicInteger failed = new AtomicInteger();
            Thread[] clients = new Thread[4];
            for (int c = 0; c < clients.length; c++) {
                int number = c;
                clients[c] =
                        Thread.ofVirtual().start(() -> failed.addAndGet(mixed(stage, number, 250)));
            }
            for (Thread client : clients) {
                client.join();
            }
            assertThat(failed).hasValue(0);
            assertThat(Math.max(one.seenMost(), two.seenMost())).isLessThanOrEqualTo(3);
            for (int c = 0; c < clients.length; c++) {
                for (int i = 1; i < 250; i += 2) {
                    String path = "/post/" + c + "/" + i;
                    assertThat(one.seen(path) + two.seen(path)).as(path).isEqualTo(1);
                }
            }
        }
    }

    private static int mixed(Stage stage, int number, int requests) {
        int failed = 0;
        try (Client client = new Client(stage.port())) {
            for (int i = 0; i < requests; i++) {
                Client.Response response =
                        i % 2 == 0
                                ? client.get("/get/" + number + "/" + i)
                                : client.post("/post/" + number + "/" + i, "x");
                if (response.status() != 200) {
                    failed++;
                }
            }
        } catch (IOException e) {
            return failed + 1;
        }
        return failed;
    }

    @Test
    void requestsWaitUntilATargetComes() throws Exception {
        try (Stage stage = new Stage()) {
            Client client = stage.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            int port = Stage.deadPort();
            stage.route(Balance.ROUND_ROBIN, List.of(Stage.target(port, 0)));
            Stage.until(
                    "the dead target was tried",
                    () -> stage.status().targets().get(0).requests() > 0);
            stage.add(
                    Origin.at(
                            port,
                            connection -> {
                                connection.read();
                                connection.respond("late");
                            }));
            assertThat(client.read().body()).isEqualTo("late");
        }
    }

    @Test
    void aHeldPostKeepsItsBody() throws Exception {
        try (Stage stage = new Stage()) {
            Client client =
                    stage.client()
                            .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
            client.send("def");
            stage.route(
                    stage.origin(connection ->
                            connection.respond(new String(connection.next().body(), ISO_8859_1))));
            assertThat(client.read().body()).isEqualTo("abcdef");
        }
    }

    /**
     * Cuts the response at every octet: a GET comes from elsewhere whole, or its end is visible; a
     * POST is seen once.
     */
    @Test
    void theCutMatrix() throws Exception {
        String whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA: b\r\n\r\nhello";
        AtomicInteger cut = new AtomicInteger();
        try (Stage stage = new Stage()) {
            Origin cutting =
                    stage.origin(connection -> {
                        connection.read();
                        connection.write(whole.substring(0, cut.get()));
                    });
            Origin good = stage.saying("hello");
            int headLength = whole.length() - 5;
            for (int at = 0; at <= whole.length(); at++) {
                cut.set(at);
                stage.route(cutting);
                stage.route(cutting, good);
                String path = "/" + at;
                String got = outcome(stage, "GET " + path);
                String posted = outcome(stage, "POST " + path + "p");
                if (at == whole.length()) {
                    assertThat(got).as("GET whole").isEqualTo("200 hello");
                } else if (at < headLength) {
                    assertThat(got).as("GET cut at %s", at).isEqualTo("200 hello");
                } else {
                    assertThat(got).as("GET cut at %s", at).isIn("200 hello", "cut");
                }
                assertThat(posted).as("POST cut at %s", at).isIn("200 hello", "502", "cut");
                assertThat(cutting.seen(path + "p") + good.seen(path + "p")).isEqualTo(1);
            }
        }
    }

    private static String outcome(Stage stage, String line) throws IOException {
        try (Client client = new Client(stage.port())) {
            String length = line.startsWith("POST") ? "Content-Length: 1\r\n\r\nx" : "\r\n";
            client.send(line + " HTTP/1.1\r\nHost: a\r\n" + length);
            Client.Response response = client.read();
            return response.status() == 200 ? "200 " + response.body() : "" + response.status();
        } catch (IOException e) {
            return "cut";
        }
    }

    @Test
    void theReserveOfRetriesIsFinite() throws Exception {
        var impatient =
                Stage.impatient(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(1));
        try (Stage stage = new Stage(impatient, dev.concertina.gateway.net.Transport.best(), 1)) {
            Origin closing = stage.origin(Origin.Connection::read);
            stage.route(closing, closing, closing);
            int requests = 600;
            try (Client client = stage.client()) {
                for (int i = 0; i < requests; i++) {
                    assertThat(client.get("/").status()).isEqualTo(502);
                }
            }
            assertThat(stage.status().retried()).isBetween(500L, 500L + requests / 5);
        }
    }
}

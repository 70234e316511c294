package dev.concertina.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Policies.Bounds;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // lines on the wire end with CR LF
class BoundsTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    @Test
    void aHeadBeyondItsBoundsIs431() throws Exception {
        try (Stage stage = new Stage()) {
            Bounds bounds = new Bounds(512, 3, OptionalLong.empty(), 100, 100, 10);
            stage.obey(new Rulebook().bounds(bounds)).route(stage.saying("x"));
            assertThat(stage.client().get("/" + "a".repeat(400)).status()).isEqualTo(200);
            assertThat(stage.client().get("/" + "a".repeat(500)).status()).isEqualTo(431);
            Client client = stage.client();
            client.send("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\nE: f\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(431);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aBodyThatSaysItIsTooLargeNeverReachesAnInstance() throws Exception {
        try (Stage stage = new Stage()) {
            Origin origin = stage.saying("x");
            stage.obey(new Rulebook().bodyBytes(10)).route(origin);
            assertThat(stage.client().post("/ok", "0123456789").status()).isEqualTo(200);
            Client client = stage.client();
            client.send("POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
            Client.Response response = client.read();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.field("connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
            assertThat(origin.seen("/big")).isZero();
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void aChunkedBodyThatGrowsTooLargeIsAbortedAtTheInstance() throws Exception {
        AtomicInteger completed = new AtomicInteger();
        AtomicInteger aborted = new AtomicInteger();
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().bodyBytes(10))
                    .route(
                            stage.origin(connection -> {
                                try {
                                    connection.next();
                                    completed.incrementAndGet();
                                } catch (IOException | NumberFormatException cut) {
                                    aborted.incrementAndGet();
                                }
                            }));
            Client client = stage.client();
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.send("8\r\n01234567\r\n");
            client.send("3\r\n012\r\n0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(413);
            Stage.until("the instance saw it cut", () -> aborted.get() == 1);
            assertThat(completed).hasValue(0);
            assertThat(stage.status().targets().getFirst().failures()).isZero();
        }
    }

    @Test
    void aBodyThatStopsComingIs408AndAbortedAtTheInstance() throws Exception {
        AtomicInteger aborted = new AtomicInteger();
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().timeout("body", SHORT))
                    .route(
                            stage.origin(connection -> {
                                try {
                                    connection.next();
                                } catch (IOException cut) {
                                    aborted.incrementAndGet();
                                }
                            }));
            Client client = stage.client();
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
            Client.Response response = client.read();
            assertThat(response.status()).isEqualTo(408);
            assertThat(client.ended()).isTrue();
            Stage.until("the instance saw it cut", () -> aborted.get() == 1);
            assertThat(stage.status().targets().getFirst().failures()).isZero();
        }
    }

    @Test
    void aBodyThatStopsComingEndsTheResponseThatHasBegun() throws Exception {
        AtomicInteger aborted = new AtomicInteger();
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().timeout("body", SHORT))
                    .route(
                            stage.origin(connection -> {
                                connection.readHead();
                                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
                                try {
                                    while (connection.in().read() >= 0) {}
                                } catch (IOException reset) {
                                    // As good an end.
                                }
                                aborted.incrementAndGet();
                            }));
            Client client = stage.client();
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
            Stage.until("the instance saw it cut", () -> aborted.get() == 1);
            assertThat(stage.status().targets().getFirst().failures()).isZero();
        }
    }

    @Test
    void aClientThatWaitsForContinueIsNotLate() throws Exception {
        try (Stage stage = new Stage()) {
            stage.obey(
                            new Rulebook()
                                    .timeout("body", SHORT)
                                    .timeout("response", Duration.ofSeconds(1)))
                    .route(
                            stage.origin(connection -> {
                                connection.readHead();
                                connection.in().read();
                            }));
            Client client = stage.client();
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n");
            client.send("Content-Length: 9\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(504);
        }
    }

    @Test
    void aSlowUploadIsNotTheInstancesDelay() throws Exception {
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().timeout("response", SHORT)).route(stage.saying("x"));
            Client client = stage.client();
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na");
            client.socket().setSoTimeout(1200);
            // Longer than the instance is given for an answer.
            assertThat(silent(client)).isTrue();
            client.socket().setSoTimeout(30_000);
            assertThat(client.send("b").read().status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatDoesNotReadIsCutAfterAWhile() throws Exception {
        String megabyte = "x".repeat(1 << 20);
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().timeout("send", SHORT))
                    .route(
                            stage.origin(connection -> {
                                connection.read();
                                connection.write(
                                        "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
                                while (true) {
                                    connection.write(megabyte);
                                }
                            }));
            Client client = stage.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Stage.until("it is under way", () -> stage.status().requests() == 1);
            Stage.until("it is cut", () -> stage.status().connections() == 0);
            assertThat(client.socket().isConnected()).isTrue();
            Stage.until("it is free", () -> stage.status().targets().get(0).inFlight() == 0);
        }
    }

    @Test
    void moreConnectionsThanTheBoundWaitUntilOneGoes() throws Exception {
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().connections(2, 10)).route(stage.saying("x"));
            Client one = stage.client();
            Client two = stage.client();
            assertThat(one.get("/").status()).isEqualTo(200);
            assertThat(two.get("/").status()).isEqualTo(200);
            Client three = stage.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            three.socket().setSoTimeout(200);
            assertThat(silent(three)).isTrue();
            assertThat(two.get("/").status()).isEqualTo(200);
            three.socket().setSoTimeout(30_000);
            one.close();
            assertThat(three.read().status()).isEqualTo(200);
        }
    }

    @Test
    void moreConnectionsOfOneAddressAreClosedAtOnce() throws Exception {
        try (Stage stage = new Stage()) {
            stage.obey(new Rulebook().connections(100, 2)).route(stage.saying("x"));
            Client one = stage.client();
            Client two = stage.client();
            assertThat(one.get("/").status()).isEqualTo(200);
            assertThat(two.get("/").status()).isEqualTo(200);
            assertThat(stage.client().ended()).isTrue();
            one.close();
            Stage.until("one is gone", () -> stage.status().connections() == 1);
            assertThat(served(stage)).isTrue();
        }
    }

    @RepeatedTest(5)
    void aStopInTheMiddleOfAResponseEnds() throws Exception {
        String megabyte = "x".repeat(1 << 20);
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        connection.read();
                        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
                        while (true) {
                            connection.write(megabyte);
                        }
                    }));
            // The client is closed before the gateway, which may find it gone or not yet.
            stage.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        }
    }

    private static boolean served(Stage stage) throws IOException {
        try {
            return stage.client().get("/").status() == 200;
        } catch (SocketException closed) {
            return false;
        }
    }

    private static boolean silent(Client client) throws IOException {
        try {
            return client.in().read() < -1;
        } catch (SocketTimeoutException nothing) {
            return true;
        }
    }
}

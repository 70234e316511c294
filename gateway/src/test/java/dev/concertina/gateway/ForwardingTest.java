package dev.concertina.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.contract.Policies.Timeouts;
import dev.concertina.gateway.net.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // lines on the wire end with CR LF
class ForwardingTest {
    @ParameterizedTest
    @EnumSource(Transport.class)
    void everyTransportCarriesRequests(Transport transport) throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(transport.available());
        try (Stage stage = new Stage(Timeouts.defaults(), transport, 1)) {
            stage.route(stage.saying("hello"));
            Client client = stage.client();
            for (int i = 0; i < 10; i++) {
                assertThat(client.get("/").body()).isEqualTo("hello");
            }
        }
    }

    @Test
    void saysWhereARequestCameFromAndWhoAnswered() throws Exception {
        try (Stage stage = new Stage()) {
            List<String> heads = new CopyOnWriteArrayList<>();
            stage.route(
                    stage.origin(connection -> {
                        Origin.Request request = connection.next();
                        heads.add(request.head());
                        connection.respond("x");
                    }));
            Client.Response response =
                    stage.client()
                            .send(
                                    "GET /p HTTP/1.1\r\nHost: h:1\r\nX-Forwarded-For:"
                                            + " 6.6.6.6\r\n\r\n")
                            .read();
            assertThat(response.field("x-instance-id")).isEqualTo("a");
            assertThat(heads.getFirst())
                    .contains("X-Forwarded-For: 127.0.0.1\r\n")
                    .contains("X-Forwarded-Proto: http\r\n")
                    .contains("X-Forwarded-Host: h:1\r\n")
                    .contains("X-Forwarded-Port: " + stage.port() + "\r\n")
                    .containsPattern("X-Request-Id: [0-9a-f]{32}\r\n")
                    .contains("Host: h:1\r\n")
                    .doesNotContain("6.6.6.6");
        }
    }

    @Test
    void aTraceGoesOnUnchanged() throws Exception {
        try (Stage stage = new Stage()) {
            List<String> heads = new CopyOnWriteArrayList<>();
            stage.route(
                    stage.origin(connection -> {
                        Origin.Request request = connection.next();
                        heads.add(request.head());
                        connection.respond("x");
                    }));
            var parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
            stage.client()
                    .send(
                            "GET /p HTTP/1.1\r\nHost: h:1\r\ntraceparent: "
                                    + parent
                                    + "\r\ntracestate: a=b\r\n\r\n")
                    .read();
            assertThat(heads.getFirst())
                    .contains("traceparent: " + parent + "\r\n")
                    .contains("tracestate: a=b\r\n");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (Stage stage = new Stage()) {
            Origin echo =
                    stage.origin(connection -> {
                        for (Origin.Request r = connection.read();
                                r != null;
                                r = connection.read()) {
                            connection.respond(r.path() + new String(r.body(), ISO_8859_1));
                        }
                    });
            stage.route(echo, echo);
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                requests.append("POST /").append(i).append(" HTTP/1.1\r\nHost: a\r\n");
                requests.append("Content-Length: 3\r\n\r\nabc");
            }
            Client client = stage.client().send(requests.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(client.read().body()).isEqualTo("/" + i + "abc");
            }
        }
    }

    @Test
    void chunksPassBothWays() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        for (Origin.Request r = connection.read();
                                r != null;
                                r = connection.read()) {
                            connection.write(
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                            for (byte octet : r.body()) {
                                connection.write("1;x\r\n" + (char) octet + "\r\n");
                            }
                            connection.write("0\r\nA: b\r\n\r\n");
                        }
                    }));
            Client client = stage.client();
            for (int i = 0; i < 3; i++) {
                client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r");
                client.send("\nab\r\n3\r\ncde\r\n0\r\n\r\n");
                assertThat(client.read().body()).isEqualTo("abcde");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "304 Not Modified"})
    void someResponsesHaveNoBody(String status) throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        while (connection.read() != null) {
                            connection.write("HTTP/1.1 " + status + "\r\nETag: x\r\n\r\n");
                        }
                    }));
            Client client = stage.client();
            assertThat(client.get("/1").status()).isBetween(204, 304);
            assertThat(client.get("/2").field("etag")).isEqualTo("x");
        }
    }

    @Test
    void theResponseToHeadHasALengthAndNoBody() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        while (connection.read() != null) {
                            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
                        }
                    }));
            Client client = stage.client();
            for (int i = 0; i < 3; i++) {
                client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readHead()).contains("Content-Length: 99");
            }
        }
    }

    @Test
    void interimResponsesPassAndTheBodyFollows() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        String head = connection.readHead();
                        connection.write("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
                        connection.write("HTTP/1.1 100 Continue\r\n\r\n");
                        byte[] body = Origin.Wire.readBody(connection.in(), head);
                        connection.respond(new String(body, ISO_8859_1));
                    }));
            Client client =
                    stage.client()
                            .send(
                                    "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                                            + "Content-Length: 3\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(103);
            assertThat(client.read().status()).isEqualTo(100);
            assertThat(client.send("abc").read().body()).isEqualTo("abc");
        }
    }

    @Test
    void anEarlyResponseEndsBothConnections() throws Exception {
        try (Stage stage = new Stage()) {
            Origin origin =
                    stage.origin(connection -> {
                        connection.readHead();
                        connection.write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
                        connection.in().readAllBytes();
                    });
            stage.route(origin);
            Client client =
                    stage.client().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1");
            Client.Response response = client.read();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.field("connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
            assertThat(stage.client().get("/").status()).isEqualTo(413);
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    @Test
    void anHttp10ClientGetsPlainContent() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        connection.read();
                        connection.write(
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
                        connection.in().readAllBytes();
                    }));
            Client.Response response = stage.client().send("GET / HTTP/1.0\r\n\r\n").read();
            assertThat(response.head()).doesNotContain("chunked");
            assertThat(response.body()).isEqualTo("abcde");
        }
    }

    @Test
    void aBodyThatEndsWithItsConnectionEndsTheClientsToo() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        connection.read();
                        connection.write("HTTP/1.1 200 OK\r\n\r\nabc");
                    }));
            Client client = stage.client();
            Client.Response response = client.get("/");
            assertThat(response.body()).isEqualTo("abc");
            assertThat(response.field("connection")).isEqualTo("close");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 10\r\n\r\nabc",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n",
            })
    void aCutBodyIsNeverPassedOffAsWhole(String rest) throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        connection.read();
                        connection.write("HTTP/1.1 200 OK\r\n" + rest);
                    }));
            Client client = stage.client();
            assertThatThrownBy(() -> client.get("/")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aBodyUntilCloseThatIsResetIsNotPassedOffAsWhole() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        connection.read();
                        connection.write("HTTP/1.1 200 OK\r\n\r\nabc");
                        connection.in().read();
                    }));
            Client client = stage.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            client.readHead();
            assertThat(client.in().readNBytes(3)).hasSize(3);
            // The origin is ended with octets unread, which resets.
            stage.route();
            var cut = stage.startDrain("a", Duration.ofMillis(10));
            assertThat(cut.join().cut()).isEqualTo(1);
            assertThatThrownBy(() -> client.in().readAllBytes()).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\nContent-Length: 1\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                "nonsense, and enough of it\r\n\r\n",
            })
    void aMalformedResponseIs502(String text) throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        connection.read();
                        connection.write(text);
                        connection.in().readAllBytes();
                    }));
            Client client = stage.client();
            assertThat(client.post("/", "x").status()).isEqualTo(502);
            assertThat(stage.status().unserved()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\n\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding:"
                        + " chunked\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
            })
    void aMalformedRequestIs400AndTheConnectionCloses(String text) throws Exception {
        try (Stage stage = new Stage()) {
            Origin origin = stage.saying("x");
            stage.route(origin);
            Client client = stage.client().send(text);
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.ended()).isTrue();
            assertThat(origin.connections()).isZero();
        }
    }

    @Test
    void aMalformedChunkIsNotPassedOn() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(stage.saying("x"));
            Client client =
                    stage.client()
                            .send(
                                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:"
                                            + " chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aHundredMegabytesPassASmallHeapBothWays() throws Exception {
        byte[] block = new byte[1 << 20];
        Arrays.fill(block, (byte) 'x');
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        connection.readHead();
                        connection.write(
                                "HTTP/1.1 200 OK\r\nContent-Length: " + (100L << 20) + "\r\n\r\n");
                        for (int i = 0; i < 100; i++) {
                            connection.in().skipNBytes(block.length);
                            connection.out().write(block);
                        }
                    }));
            long before = usedDirect();
            Client client =
                    stage.client()
                            .send(
                                    "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: "
                                            + (100L << 20)
                                            + "\r\n\r\n");
            var upload =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    for (int i = 0; i < 100; i++) {
                                        client.socket().getOutputStream().write(block);
                                    }
                                } catch (IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            });
            client.readHead();
            long most = 0;
            for (int i = 0; i < 100; i++) {
                client.in().skipNBytes(block.length);
                most = Math.max(most, usedDirect());
            }
            upload.join();
            assertThat(most - before).as("direct memory").isLessThan(48L << 20);
        }
    }

    private static long usedDirect() {
        return io.netty.buffer.PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    @Test
    void aClientThatDoesNotReadStopsTheInstance() throws Exception {
        byte[] block = new byte[1 << 16];
        var written = new java.util.concurrent.atomic.AtomicLong();
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        connection.readHead();
                        connection.write("HTTP/1.1 200 OK\r\n\r\n");
                        while (true) {
                            connection.out().write(block);
                            written.addAndGet(block.length);
                        }
                    }));
            Client client = stage.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            client.readHead();
            long[] last = {-1, 0};
            // Still for a tenth of a second: the sockets are full.
            Stage.until(
                    "the instance stands still",
                    () -> {
                        if (written.get() != last[0]) {
                            last[0] = written.get();
                            last[1] = System.nanoTime();
                        }
                        return last[0] > 0 && System.nanoTime() - last[1] > 300_000_000L;
                    });
            assertThat(written.get()).isLessThan(64L << 20);
            assertThat(usedDirect()).isLessThan(128L << 20);
        }
    }

    @Test
    void aClientThatLeavesFreesItsClaim() throws Exception {
        try (Stage stage = new Stage()) {
            stage.route(
                    stage.origin(connection -> {
                        connection.read();
                        connection.in().readAllBytes();
                    }));
            Client client = stage.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Stage.until("a claim is held", () -> stage.status().targets().get(0).inFlight() == 1);
            client.close();
            Stage.until("no claim is held", () -> stage.status().targets().get(0).inFlight() == 0);
        }
    }

    @Test
    void timeoutsAnswerOrClose() throws Exception {
        var impatient =
                Stage.impatient(
                        Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(200));
        try (Stage stage = new Stage(impatient)) {
            Client held = stage.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Client.Response unserved = held.read();
            assertThat(unserved.status()).isEqualTo(503);
            assertThat(unserved.field("retry-after")).isEqualTo("1");
            stage.route(
                    stage.origin(connection -> {
                        connection.read();
                        connection.in().readAllBytes();
                    }));
            assertThat(stage.client().get("/").status()).isEqualTo(504);
            Client slow = stage.client().send("GET / HTTP/1.1\r\nHos");
            assertThat(slow.read().status()).isEqualTo(408);
            assertThat(slow.ended()).isTrue();
            assertThat(stage.client().ended()).as("a silent client").isTrue();
        }
    }
}

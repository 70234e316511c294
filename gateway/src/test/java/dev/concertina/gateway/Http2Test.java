package dev.concertina.gateway;

import static dev.concertina.gateway.FrameClient.INTERNAL_ERROR;
import static dev.concertina.gateway.FrameClient.PROTOCOL_ERROR;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.gateway.FrameClient.Frame;
import dev.concertina.gateway.FrameClient.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // lines on the wire end with CR LF
class Http2Test {
    private final Stage stage = new Stage();

    @AfterEach
    void end() {
        stage.close();
    }

    /** Answers with what it was sent, head and body. */
    private Origin echo() {
        return stage.origin(connection -> {
            for (var r = connection.read(); r != null; r = connection.read()) {
                connection.respond(r.head() + new String(r.body(), ISO_8859_1));
            }
        });
    }

    @Test
    void aRequestReachesTheInstanceAsHttp11() throws Exception {
        stage.route(echo());
        try (FrameClient client = new FrameClient(stage)) {
            client.get(1, "/a?b", "x", "y", "cookie", "k=1", "te", "trailers", "cookie", "l=2");
            Response response = client.response(1);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.field("x-instance-id")).isEqualTo("a");
            assertThat(response.body())
                    .startsWith("GET /a?b HTTP/1.1\r\nhost: a.test\r\nx: y\r\n")
                    .contains("\r\ncookie: k=1; l=2\r\n")
                    .contains("\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n")
                    .contains("\r\nX-Forwarded-Host: a.test\r\n")
                    .doesNotContain("te: trailers")
                    .doesNotContain("ontent-");
            client.get(3, "/second");
            assertThat(client.response(3).body()).startsWith("GET /second");
        }
        assertThat(stage.status().requests()).isEqualTo(2);
    }

    @Test
    void theOtherProtocolStillSpeaksOnTheSamePort() throws Exception {
        stage.route(echo());
        try (Client client = stage.client()) {
            // Begins like the preface of HTTP/2, octet by octet.
            for (String part : new String[] {"P", "R", "OPFIND / HTTP/1.1\r\n", "Host: a\r\n"}) {
                client.send(part);
            }
            assertThat(client.send("\r\n").read().body()).startsWith("PROPFIND / HTTP/1.1");
        }
    }

    @Test
    void aSlowStreamHoldsNoOtherUp() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        stage.route(
                stage.origin(connection -> {
                    for (var r = connection.read(); r != null; r = connection.read()) {
                        if (r.path().equals("/slow")) {
                            slow.await();
                        }
                        connection.respond(r.path());
                    }
                }));
        try (FrameClient client = new FrameClient(stage)) {
            client.get(1, "/slow");
            for (int i = 3; i < 103; i += 2) {
                client.get(i, "/" + i);
            }
            for (int i = 101; i >= 3; i -= 2) {
                assertThat(client.response(i).body()).isEqualTo("/" + i);
            }
            slow.countDown();
            assertThat(client.response(1).body()).isEqualTo("/slow");
        }
    }

    @Test
    void aBodyGoesOnWithItsLengthOrInChunks() throws Exception {
        stage.route(echo());
        try (FrameClient client = new FrameClient(stage)) {
            client.post(1, "/", "content-length", "10")
                    .data(1, false, "hello")
                    .data(1, true, "world");
            assertThat(client.response(1).body())
                    .contains("\r\ncontent-length: 10\r\n")
                    .endsWith("\r\n\r\nhelloworld");
            client.post(3, "/").data(3, false, "hello").data(3, false, "").data(3, true, "world");
            assertThat(client.response(3).body())
                    .contains("\r\ntransfer-encoding: chunked\r\n")
                    .endsWith("\r\n\r\nhelloworld");
            client.headers(
                    5, true, ":method", "POST", ":scheme", "http", ":path", "/", "host", "b.test");
            assertThat(client.response(5).body())
                    .contains("\r\ncontent-length: 0\r\n")
                    .contains("\r\nhost: b.test\r\n");
        }
    }

    @Test
    void trailersPassBothWays() throws Exception {
        stage.route(
                stage.origin(connection -> {
                    String head = connection.readHead();
                    StringBuilder raw = new StringBuilder();
                    while (raw.indexOf("\r\n\r\n") < 0) {
                        raw.append((char) connection.in().read());
                    }
                    assertThat(head).contains("chunked");
                    connection.write(
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Sum\r\n\r\n"
                                    + Integer.toHexString(raw.length())
                                    + "\r\n"
                                    + raw
                                    + "\r\n0\r\nSum: 7\r\n\r\n");
                }));
        try (FrameClient client = new FrameClient(stage)) {
            client.post(1, "/").data(1, false, "abc").headers(1, true, "checksum", "42");
            Response response = client.response(1);
            assertThat(response.body()).isEqualTo("3\r\nabc\r\n0\r\nchecksum: 42\r\n\r\n");
            assertThat(response.trailers().get("sum")).hasToString("7");
            assertThat(response.field("transfer-encoding")).isEmpty();
        }
    }

    @Test
    void responsesWithoutABodyEndWithTheirHead() throws Exception {
        stage.route(
                stage.origin(connection -> {
                    for (var r = connection.read(); r != null; r = connection.read()) {
                        connection.write(
                                switch (r.path()) {
                                    case "/head" -> "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n";
                                    case "/204" -> "HTTP/1.1 204 No Content\r\n\r\n";
                                    case "/304" -> "HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n";
                                    default ->
                                            "HTTP/1.1 103 Early Hints\r\nLink: </s>\r\n\r\n"
                                                    + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                                });
                    }
                }));
        try (FrameClient client = new FrameClient(stage)) {
            client.headers(
                    1,
                    true,
                    ":method",
                    "HEAD",
                    ":scheme",
                    "http",
                    ":authority",
                    "a",
                    ":path",
                    "/head");
            Response head = client.response(1);
            assertThat(head.field("content-length")).isEqualTo("7");
            assertThat(head.body()).isEmpty();
            client.get(3, "/204");
            assertThat(client.response(3).status()).isEqualTo(204);
            client.get(5, "/304");
            assertThat(client.response(5).field("etag")).isEqualTo("x");
            client.get(7, "/103");
            assertThat(client.head(7).status()).hasToString("103");
            assertThat(client.response(7).status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatExpectsToContinueIsTold() throws Exception {
        stage.route(
                stage.origin(connection -> {
                    assertThat(connection.readHead()).contains("expect: 100-continue");
                    connection.write("HTTP/1.1 100 Continue\r\n\r\n");
                    byte[] body = connection.in().readNBytes(5);
                    connection.respond(new String(body, ISO_8859_1));
                }));
        try (FrameClient client = new FrameClient(stage)) {
            client.post(1, "/", "expect", "100-continue", "content-length", "5");
            assertThat(client.head(1).status()).hasToString("100");
            client.data(1, true, "hello");
            assertThat(client.response(1).body()).isEqualTo("hello");
        }
    }

    private static List<Smuggling> smuggling() {
        String m = ":method";
        String s = ":scheme";
        String a = ":authority";
        String p = ":path";
        return List.of(
                of("CR LF in a value", m, "GET", s, "http", a, "a", p, "/", "x", "1\r\nhost: b"),
                of("LF in a value", m, "GET", s, "http", a, "a", p, "/", "x", "1\ny: 2"),
                of("NUL in a value", m, "GET", s, "http", a, "a", p, "/", "x", "\0"),
                of("blank before a value", m, "GET", s, "http", a, "a", p, "/", "x", " 1"),
                of("CR LF in a name", m, "GET", s, "http", a, "a", p, "/", "x: 1\r\ny", "2"),
                of("colon in a name", m, "GET", s, "http", a, "a", p, "/", "x:y", "2"),
                of("upper case", m, "GET", s, "http", a, "a", p, "/", "Xyz", "2"),
                of("empty name", m, "GET", s, "http", a, "a", p, "/", "", "2"),
                of(
                        "transfer-encoding",
                        m,
                        "GET",
                        s,
                        "http",
                        a,
                        "a",
                        p,
                        "/",
                        "transfer-encoding",
                        "chunked"),
                of("connection", m, "GET", s, "http", a, "a", p, "/", "connection", "close"),
                of("upgrade", m, "GET", s, "http", a, "a", p, "/", "upgrade", "h2c"),
                of("te", m, "GET", s, "http", a, "a", p, "/", "te", "gzip"),
                of("space in path", m, "GET", s, "http", a, "a", p, "/ HTTP/1.1"),
                of(
                        "request line in path",
                        m,
                        "GET",
                        s,
                        "http",
                        a,
                        "a",
                        p,
                        "/ HTTP/1.1\r\nx: y\r\n\r\nGET /b"),
                of("absolute path", m, "GET", s, "http", a, "a", p, "http://b/"),
                of("path without slash", m, "GET", s, "http", a, "a", p, "b"),
                of("empty path", m, "GET", s, "http", a, "a", p, ""),
                of("space in method", m, "GET /b HTTP/1.1\r\nx:", s, "http", a, "a", p, "/"),
                of("other host", m, "GET", s, "http", a, "a", p, "/", "host", "b"),
                of("path twice", m, "GET", s, "http", a, "a", p, "/", p, "/b"),
                of("pseudo field behind", m, "GET", s, "http", a, "a", "x", "y", p, "/"),
                of("pseudo field of a response", m, "GET", s, "http", p, "/", ":status", "200"),
                of("no scheme", m, "GET", a, "a", p, "/"),
                of(
                        "content-length without content",
                        m,
                        "GET",
                        s,
                        "http",
                        a,
                        "a",
                        p,
                        "/",
                        "content-length",
                        "5"),
                of(
                        "protocol without CONNECT",
                        m,
                        "GET",
                        s,
                        "http",
                        a,
                        "a",
                        p,
                        "/",
                        ":protocol",
                        "websocket"));
    }

    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    private record Smuggling(String what, String[] fields) {}

    private static Smuggling of(String what, String... fields) {
        return new Smuggling(what, fields);
    }

    @Test
    void noRequestIsSmuggledThrough() throws Exception {
        Origin origin = echo();
        stage.route(origin);
        try (FrameClient client = new FrameClient(stage)) {
            int stream = 1;
            for (Smuggling each : smuggling()) {
                client.headers(stream, true, each.fields());
                assertThat(client.awaitReset(stream)).as(each.what()).isEqualTo(PROTOCOL_ERROR);
                stream += 2;
            }
            // The connection is none the worse for it.
            client.get(stream, "/good");
            assertThat(client.response(stream).status()).isEqualTo(200);
        }
        assertThat(origin.seenMost()).isEqualTo(1);
        assertThat(origin.seen("/good")).isEqualTo(1);
    }

    @Test
    void whatHttp11RefusesIsRefusedInTheSameWords() throws Exception {
        Origin origin = echo();
        stage.route(origin);
        List<String[]> requests =
                List.of(
                        new String[] {":authority", "a b", ":path", "/"},
                        new String[] {":authority", "u@a", ":path", "/"},
                        new String[] {":path", "/"},
                        new String[] {":path", "/", "host", "a", "host", "a"},
                        new String[] {":authority", "a", ":path", "/#"},
                        new String[] {":authority", "a", ":path", "/", "x", "\u0001"},
                        new String[] {
                            ":authority",
                            "a",
                            ":path",
                            "/",
                            "content-length",
                            "0",
                            "content-length",
                            "0"
                        });
        try (FrameClient client = new FrameClient(stage)) {
            int stream = 1;
            for (String[] fields : requests) {
                String[] all = new String[fields.length + 4];
                System.arraycopy(new String[] {":method", "GET", ":scheme", "http"}, 0, all, 0, 4);
                System.arraycopy(fields, 0, all, 4, fields.length);
                Response response = client.headers(stream, true, all).response(stream);
                assertThat(response.status()).as(String.join(" ", fields)).isEqualTo(400);
                assertThat(response.body()).startsWith("The request is malformed");
                stream += 2;
            }
        }
        assertThat(origin.connections()).isZero();
    }

    @Test
    void aBodyThatIsNotAsLongAsItSaidIsNeverPassedOffAsWhole() throws Exception {
        CompletableFuture<Boolean> whole = new CompletableFuture<>();
        stage.route(
                stage.origin(connection -> {
                    try {
                        var _ = connection.next();
                        whole.complete(true);
                    } catch (IOException cut) {
                        whole.complete(false);
                    }
                }));
        try (FrameClient client = new FrameClient(stage)) {
            client.post(1, "/", "content-length", "10").data(1, true, "short");
            assertThat(client.awaitReset(1)).isEqualTo(PROTOCOL_ERROR);
            assertThat(whole.get(30, TimeUnit.SECONDS)).isFalse();
            client.post(3, "/", "content-length", "2").data(3, false, "long");
            assertThat(client.awaitReset(3)).isEqualTo(PROTOCOL_ERROR);
            client.post(5, "/", "content-length", "2").headers(5, true, "x", "y");
            assertThat(client.awaitReset(5)).isEqualTo(PROTOCOL_ERROR);
        }
    }

    @Test
    void trailersThatFrameOrRouteAreRefused() throws Exception {
        stage.route(echo());
        try (FrameClient client = new FrameClient(stage)) {
            int stream = 1;
            for (String[] trailer :
                    new String[][] {
                        {"content-length", "1"},
                        {"host", "b"},
                        {"transfer-encoding", "chunked"},
                        {":path", "/"},
                        {"x", "1\r\n\r\nGET /b HTTP/1.1"},
                        {"X", "1"}
                    }) {
                client.post(stream, "/").data(stream, false, "abc").headers(stream, true, trailer);
                assertThat(client.awaitReset(stream)).as(trailer[0]).isEqualTo(PROTOCOL_ERROR);
                stream += 2;
            }
        }
    }

    @Test
    void aCutResponseIsResetAndNotEnded() throws Exception {
        stage.route(
                stage.origin(connection -> {
                    connection.next();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                }));
        try (FrameClient client = new FrameClient(stage)) {
            client.get(1, "/");
            assertThat(client.head(1).status()).hasToString("200");
            Frame end = client.await(each -> each.type() == FrameClient.RST_STREAM || each.last());
            assertThat(end.type()).isEqualTo(FrameClient.RST_STREAM);
            assertThat(end.error()).isEqualTo(INTERNAL_ERROR);
        }
    }

    @Test
    void aResetByTheClientEndsTheRequestAtTheInstance() throws Exception {
        CompletableFuture<Integer> after = new CompletableFuture<>();
        CountDownLatch read = new CountDownLatch(1);
        stage.route(
                stage.origin(connection -> {
                    connection.next();
                    read.countDown();
                    after.complete(connection.in().read());
                }));
        try (FrameClient client = new FrameClient(stage)) {
            client.get(1, "/");
            assertThat(read.await(30, TimeUnit.SECONDS)).isTrue();
            client.number(FrameClient.RST_STREAM, 1, FrameClient.CANCEL);
            assertThat(after.get(30, TimeUnit.SECONDS)).isEqualTo(-1);
            Stage.until("it is given back", () -> stage.status().targets().get(0).inFlight() == 0);
        }
    }

    @Test
    void aConnectionThatEndsEndsItsRequests() throws Exception {
        CompletableFuture<Integer> after = new CompletableFuture<>();
        CountDownLatch read = new CountDownLatch(1);
        stage.route(
                stage.origin(connection -> {
                    connection.next();
                    read.countDown();
                    after.complete(connection.in().read());
                }));
        try (FrameClient client = new FrameClient(stage)) {
            client.get(1, "/");
            assertThat(read.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(after.get(30, TimeUnit.SECONDS)).isEqualTo(-1);
        Stage.until("nobody is left", () -> stage.status().connections() == 0);
    }

    @Test
    void anEarlyResponseFreesTheClientFromTheRestOfItsRequest() throws Exception {
        stage.route(
                stage.origin(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
                    connection.in().read();
                }));
        try (FrameClient client = new FrameClient(stage)) {
            client.post(1, "/");
            Response response = client.response(1);
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.body()).isEqualTo("no");
            assertThat(client.awaitReset(1)).isZero();
            // What crossed the reset is no fault.
            client.data(1, false, "late").headers(1, true, "x", "y").sync();
        }
    }

    @Test
    void aSlowClientHoldsTheInstanceBackAndGetsEveryOctet() throws Exception {
        int total = 8 * 1024 * 1024;
        AtomicLong written = new AtomicLong();
        stage.route(
                stage.origin(connection -> {
                    connection.next();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
                    byte[] part = new byte[16 * 1024];
                    for (int i = 0; i < total / part.length; i++) {
                        connection.out().write(part);
                        written.addAndGet(part.length);
                    }
                    connection.in().read();
                }));
        try (FrameClient client = new FrameClient(stage, FrameClient.window(1000))) {
            client.get(1, "/");
            int got = 0;
            while (got < 1000) {
                got += client.await(FrameClient.DATA).payload().length;
            }
            assertThat(got).isEqualTo(1000);
            // The instance is stuck long before its end: another stream sees the gateway idle.
            long before = -1;
            for (int same = 0; same < 300; same++) {
                client.sync();
                if (before != written.get()) {
                    before = written.get();
                    same = 0;
                }
            }
            assertThat(written.get()).isLessThan(total - 1024 * 1024);
            client.grant(0, total).grant(1, total);
            while (got < total) {
                Frame frame = client.await(FrameClient.DATA);
                got += frame.payload().length;
                assertThat(frame.last()).isEqualTo(got == total);
            }
            assertThat(got).isEqualTo(total);
        }
    }

    @Test
    void aSlowInstanceHoldsTheClientBackAndGetsEveryOctet() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        int total = 8 * 1024 * 1024;
        stage.route(
                stage.origin(connection -> {
                    connection.readHead();
                    go.await();
                    connection.respond(String.valueOf(count(connection.in(), total)));
                }));
        try (FrameClient client = new FrameClient(stage)) {
            client.post(1, "/", "content-length", String.valueOf(total));
            byte[] part = new byte[16_000];
            int window = 65_535;
            int sent = 0;
            boolean opened = false;
            while (sent < total) {
                int size = Math.min(Math.min(part.length, window), total - sent);
                if (size == 0) {
                    if (!opened) {
                        client.sync();
                    }
                    // Granted nothing more, as the instance takes nothing.
                    Frame update = opened ? windowUpdate(client) : client.granted(1);
                    if (update == null) {
                        assertThat(sent).isLessThan(total - 1024 * 1024);
                        opened = true;
                        go.countDown();
                        update = windowUpdate(client);
                    }
                    window += update.number(0);
                } else {
                    client.data(1, sent + size == total, java.util.Arrays.copyOf(part, size));
                    sent += size;
                    window -= size;
                }
            }
            assertThat(opened).isTrue();
            assertThat(client.response(1).body()).isEqualTo(String.valueOf(total));
        }
    }

    private static Frame windowUpdate(FrameClient client) throws IOException {
        return client.await(each -> each.type() == FrameClient.WINDOW_UPDATE && each.stream() == 1);
    }

    private static int count(InputStream in, int most) throws IOException {
        int count = 0;
        byte[] part = new byte[64 * 1024];
        while (count < most) {
            int read = in.read(part);
            if (read < 0) {
                break;
            }
            count += read;
        }
        return count;
    }

    @Test
    void whatTheGatewayAnswersItselfIsWholeToo() throws Exception {
        stage.route(
                stage.origin(connection -> {
                    connection.next();
                    connection.write("this is no response of HTTP\r\n\r\n");
                }));
        try (FrameClient client = new FrameClient(stage)) {
            client.get(1, "/");
            Response response = client.response(1);
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.field("content-length"))
                    .isEqualTo(String.valueOf(response.body().length()));
            client.headers(
                    3, true, ":method", "HEAD", ":scheme", "http", ":authority", "a", ":path", "/");
            assertThat(client.response(3).body()).isEmpty();
        }
    }
}

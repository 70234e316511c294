package dev.concertina.acceptance.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Policies;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests and responses pass as they are, but for what belongs to one connection only. */
abstract class ForwardingSuite extends EngineSuite {
    ForwardingSuite(Engine engine) {
        super(engine);
    }

    @Test
    void everyMethodAndItsBodyArrive() throws IOException {
        Origin origin = origin(Origin.mirror());
        serve(Policies.defaults(), origin);
        String body = "0123456789".repeat(20_000);
        for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
            Message answer = ask(method, "/a/b%20c?d=e&f", "X-Own: 1\r\n", body);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).startsWith(method + " /a/b%20c?d=e&f HTTP/1.1\n");
            assertThat(answer.body()).contains("\nX-Own: 1\n").endsWith(body);
        }
    }

    @Test
    void chunksPassBothWays() throws IOException {
        Origin origin =
                origin(
                        new Origin((request, wire) -> {
                            wire.write(
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                            + "3\r\nabc\r\n");
                            wire.write("4\r\n" + request.body() + "\r\n0\r\n\r\n");
                            return true;
                        }));
        serve(Policies.defaults(), origin);
        try (Wire wire = client()) {
            for (int i = 0; i < 3; i++) {
                wire.write(
                        Wire.request("POST", "/", "Transfer-Encoding: chunked\r\n", "")
                                + "2\r\nde\r\n2\r\nfg\r\n0\r\n\r\n");
                Message answer = wire.read(false);
                assertThat(answer.body()).isEqualTo("abcdefg");
            }
        }
    }

    @Test
    void fieldsOfOneConnectionAndForeignForwardingEndHere() throws IOException {
        Origin origin = origin(Origin.mirror());
        serve(Policies.defaults(), origin);
        Message answer =
                ask(
                        "GET",
                        "/",
                        "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: gopher\r\n"
                                + "X-Forwarded-Host: evil\r\nX-Forwarded-Prefix: /evil\r\n"
                                + "X-Real-IP: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n"
                                + "Keep-Alive: 5\r\nProxy-Connection: x\r\nTE: trailers\r\n"
                                + "Upgrade: h2c\r\nConnection: keep-alive\r\n",
                        "");
        Message seen = new Message(answer.body().strip(), "");
        assertThat(seen.all("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(seen.all("X-Forwarded-Proto")).containsExactly("http");
        assertThat(seen.all("X-Forwarded-Host")).containsExactly("app.test");
        assertThat(seen.all("Host")).containsExactly("app.test");
        assertThat(seen.all("X-Forwarded-Port")).containsExactly("" + port);
        assertThat(seen.field("X-Request-Id")).isPresent();
        for (String name :
                List.of(
                        "X-Real-IP",
                        "Forwarded",
                        "X-Forwarded-Prefix",
                        "Keep-Alive",
                        "Proxy-Connection",
                        "TE",
                        "Upgrade")) {
            assertThat(seen.all(name)).as(name).isEmpty();
        }
    }

    @Test
    void theRequestIdOfTheClientIsKept() throws IOException {
        Origin origin = origin(Origin.mirror());
        serve(Policies.defaults(), origin);
        assertThat(ask("GET", "/", "X-Request-Id: mine-1\r\n", "").body())
                .containsIgnoringCase("\nX-Request-Id: mine-1\n");
    }

    static Stream<String> attacks() {
        String post = "POST / HTTP/1.1\r\nHost: a\r\n";
        return Stream.of(
                post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                post + "Content-Length: +3\r\n\r\nabc",
                post + "Content-Length: 3, 3\r\n\r\nabc",
                post + "Content-Length : 3\r\n\r\nabc",
                post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
                "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/3.7\r\nHost: a\r\n\r\n",
                "GET  HTTP/1.1\r\nHost: a\r\n\r\n",
                "G T / HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void whatHasNoClearEndIsRefusedAndClosed(String attack) throws IOException {
        Origin origin = origin(Origin.saying("never"));
        serve(Policies.defaults(), origin);
        try (Wire wire = client()) {
            wire.write(attack);
            assertThat(wire.read(false).status()).isIn(400, 501, 505);
            assertThat(wire.closes()).isTrue();
        }
        assertThat(origin.seen()).isEmpty();
    }

    @Test
    void aChunkThatIsNoneEndsTheConnection() throws IOException {
        Origin origin = origin(Origin.saying("never"));
        serve(Policies.defaults(), origin);
        try (Wire wire = client()) {
            wire.write(
                    Wire.request("POST", "/", "Transfer-Encoding: chunked\r\n", "")
                            + "zz\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(wire.read(false).status()).isEqualTo(400);
            assertThat(wire.closes()).isTrue();
        }
        assertThat(origin.seen()).noneMatch(m -> m.target().equals("/smuggled"));
    }

    @Test
    void answersWithoutABodyLeaveTheConnectionInStep() throws IOException {
        Origin origin =
                origin(
                        new Origin((request, wire) -> {
                            switch (request.target()) {
                                case "/204" -> wire.respond(204, "", "");
                                case "/304" ->
                                        wire.write(
                                                "HTTP/1.1 304 Same\r\nContent-Length: 7"
                                                        + "\r\nETag: \"x\"\r\n\r\n");
                                case "/head" ->
                                        wire.write(
                                                "HTTP/1.1 200 OK\r\nContent-Length: 9"
                                                        + "\r\n\r\n");
                                default -> wire.respond(200, "", "text");
                            }
                            return true;
                        }));
        serve(Policies.defaults(), origin);
        try (Wire wire = client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(wire.ask("HEAD", "/head", "", "").field("Content-Length")).contains("9");
                assertThat(wire.ask("GET", "/204", "", "").status()).isEqualTo(204);
                assertThat(wire.ask("GET", "/304", "", "").status()).isEqualTo(304);
                assertThat(wire.ask("GET", "/", "", "").body()).isEqualTo("text");
            }
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInTurn() throws IOException {
        Origin origin = origin(Origin.mirror());
        serve(Policies.defaults(), origin);
        try (Wire wire = client()) {
            String fields = "X-Long: " + "x".repeat(5000) + "\r\n";
            wire.write(
                    Wire.request("GET", "/1", fields, "")
                            + Wire.request("POST", "/2", fields, "body")
                            + Wire.request("GET", "/3", fields, ""));
            for (int i = 1; i <= 3; i++) {
                assertThat(wire.read(false).body()).contains(" /" + i + " HTTP/1.1\n");
            }
        }
    }

    @Test
    void aWebSocketIsATunnelBothWays() throws IOException {
        Origin origin =
                origin(
                        new Origin((request, wire) -> {
                            wire.write(
                                    "HTTP/1.1 101 Switching Protocols\r\n"
                                            + "Connection: Upgrade\r\nUpgrade: "
                                            + request.field("Upgrade").orElse("none")
                                            + "\r\n\r\n");
                            while (true) {
                                wire.write(wire.exactly(4).toUpperCase(Locale.ROOT));
                            }
                        }));
        serve(Policies.defaults(), origin);
        try (Wire wire = client()) {
            Message answer =
                    wire.ask(
                            "GET",
                            "/ws",
                            "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                                    + "Sec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                            "");
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.field("Upgrade")).contains("websocket");
            wire.write("ab\0d");
            assertThat(wire.exactly(4)).isEqualTo("AB\0D");
            wire.write("wxyz");
            assertThat(wire.exactly(4)).isEqualTo("WXYZ");
        }
    }

    @Test
    void anEventReachesTheClientBeforeTheNextIsMade() throws IOException {
        var heard = new java.util.concurrent.Semaphore(0);
        Origin origin =
                origin(
                        new Origin((request, wire) -> {
                            wire.write(
                                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream"
                                            + "\r\nTransfer-Encoding: chunked\r\n\r\n");
                            for (int i = 0; i < 3; i++) {
                                wire.write("9\r\ndata: " + i + "\n\n\r\n");
                                heard.acquire();
                            }
                            wire.write("0\r\n\r\n");
                            return true;
                        }));
        serve(Policies.defaults(), origin);
        try (Wire wire = client()) {
            wire.write(Wire.request("GET", "/events", "Accept: text/event-stream\r\n", ""));
            assertThat(wire.head()).contains("text/event-stream");
            for (int i = 0; i < 3; i++) {
                assertThat(wire.line()).isEqualTo("9");
                assertThat(wire.exactly(9)).isEqualTo("data: " + i + "\n\n");
                wire.line();
                heard.release();
            }
            assertThat(wire.line()).isEqualTo("0");
        }
    }

    @Test
    void theInstanceIsNamedInTheAnswer() throws IOException {
        serve(Policies.defaults(), origin(Origin.saying("a")));
        assertThat(get("/").all("X-Instance-Id")).containsExactly("app-1");
        serve(
                Policies.defaults(),
                origin(
                        new Origin((request, wire) -> {
                            wire.respond(200, "X-Instance-Id: itself", "b");
                            return true;
                        })));
        assertThat(get("/").all("X-Instance-Id")).containsExactly("itself");
    }
}

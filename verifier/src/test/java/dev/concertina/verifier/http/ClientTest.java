package dev.concertina.verifier.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.verifier.history.Outcome;
import dev.concertina.verifier.history.RunClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the client makes of servers that misbehave, byte by byte. */
@Timeout(60)
class ClientTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void aClosedPortIsRefused() throws IOException {
        int port;
        // Nobody accepts here: an accept that is under way may outlive the close for a moment.
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        assertThat(get(port, LONG).outcome()).isEqualTo(Outcome.REFUSED);
    }

    @Test
    void aConnectionClosedWithoutAnAnswerIsResetBeforeAByte() throws IOException {
        try (var server = new ScriptedServer("")) {
            var exchange = get(server.port(), LONG);
            assertThat(exchange.outcome()).isEqualTo(Outcome.RESET_BEFORE_BYTE);
            assertThat(exchange.status()).isZero();
        }
    }

    @Test
    void aConnectionResetWithoutAnAnswerIsResetBeforeAByte() throws IOException {
        try (var server = new ScriptedServer("").resetting()) {
            assertThat(get(server.port(), LONG).outcome()).isEqualTo(Outcome.RESET_BEFORE_BYTE);
        }
    }

    @Test
    void aBodyThatEndsTooEarlyIsResetInTheBodyOfTheInstanceThatBeganIt() throws IOException {
        var part = "HTTP/1.1 200 OK\r\nX-Instance-Id: app-2\r\nContent-Length: 10\r\n\r\nhalf";
        try (var server = new ScriptedServer(part)) {
            var exchange = get(server.port(), LONG);
            assertThat(exchange.outcome()).isEqualTo(Outcome.RESET_IN_BODY);
            assertThat(exchange.status()).isEqualTo(200);
            assertThat(exchange.instance()).isEqualTo("app-2");
            assertThat(exchange.detail()).contains("6 bytes before its length of 10");
        }
    }

    @Test
    void chunksThatStopBeforeTheLastAreResetInTheBody() throws IOException {
        var part = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n";
        try (var server = new ScriptedServer(part)) {
            assertThat(get(server.port(), LONG).outcome()).isEqualTo(Outcome.RESET_IN_BODY);
        }
    }

    @Test
    void aServerThatNeverAnswersIsATimeout() throws IOException {
        try (var server = new ScriptedServer("").silent()) {
            var exchange = get(server.port(), Duration.ofMillis(150));
            assertThat(exchange.outcome()).isEqualTo(Outcome.TIMEOUT);
            assertThat(exchange.detail()).isEqualTo("no answer in time");
        }
    }

    @Test
    void aServerThatStopsInTheMiddleIsATimeoutToo() throws IOException {
        var part = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
        try (var server = new ScriptedServer(part).silent()) {
            var exchange = get(server.port(), Duration.ofSeconds(2));
            assertThat(exchange.outcome()).isEqualTo(Outcome.TIMEOUT);
            assertThat(exchange.detail()).isEqualTo("late inside the response");
        }
    }

    @Test
    void theTimeCountsFromTheIntendedStart() throws IOException {
        try (var server = new ScriptedServer("HTTP/1.1 204 No Content\r\n\r\n");
                var client = client(server.port(), LONG)) {
            var late = client.send(Request.get("/"), -LONG.toNanos());
            assertThat(late.outcome()).isEqualTo(Outcome.TIMEOUT);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "500, SERVER_ERROR",
        "502, SERVER_ERROR",
        "503, SERVER_ERROR",
        "200, OK",
        "302, OK",
        "404, OK"
    })
    void aCompleteResponseIsAFailureFrom500On(int status, Outcome outcome) throws IOException {
        try (var server =
                new ScriptedServer("HTTP/1.1 " + status + " X\r\nContent-Length: 2\r\n\r\nab")) {
            var exchange = get(server.port(), LONG);
            assertThat(exchange.outcome()).isEqualTo(outcome);
            assertThat(exchange.status()).isEqualTo(status);
            assertThat(exchange.body()).isEqualTo("ab");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'SSH-2.0-OpenSSH\r\n'",
        "'HTTP/2 200\r\n\r\n'",
        "'HTTP/1.1 20 OK\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nno colon\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'",
        "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'",
        "'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n'",
    })
    void whatIsNotHttpIsMalformed(String answer) throws IOException {
        try (var server = new ScriptedServer(answer)) {
            assertThat(get(server.port(), LONG).outcome()).isEqualTo(Outcome.MALFORMED);
        }
    }

    @Test
    void chunksAreJoinedAndTheirTrailersSkipped() throws IOException {
        var head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n";
        var chunks = "5;x=y\r\nhello\r\n6\r\n there\r\n0\r\nTrailer: t\r\n\r\n";
        try (var server = new ScriptedServer(head.concat(chunks))) {
            assertThat(get(server.port(), LONG).body()).isEqualTo("hello there");
        }
    }

    @Test
    void aBodyWithoutALengthEndsWithTheConnection() throws IOException {
        try (var server = new ScriptedServer("HTTP/1.1 200 OK\r\n\r\nuntil the end")) {
            assertThat(get(server.port(), LONG).body()).isEqualTo("until the end");
        }
    }

    @Test
    void anInterimResponseIsNotTheAnswer() throws IOException {
        var answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na";
        try (var server = new ScriptedServer(answer)) {
            assertThat(get(server.port(), LONG).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, 204", "GET, 304", "HEAD, 200"})
    void someAnswersHaveNoBodyWhateverTheySayAndTheConnectionGoesOn(String method, int status)
            throws IOException {
        var head = "HTTP/1.1 " + status + " X\r\nContent-Length: 7\r\n\r\n";
        var next = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext";
        try (var server = new ScriptedServer(head, next);
                var client = client(server.port(), LONG)) {
            var first = client.send(new Request(method, "/", Map.of(), ""));
            assertThat(first.outcome()).isEqualTo(Outcome.OK);
            assertThat(first.body()).isEmpty();
            assertThat(client.send(Request.get("/")).body()).isEqualTo("next");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatSaysMoreThanWasAskedIsNotUsedAgain() throws IOException {
        var twice = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na";
        try (var server = new ScriptedServer(twice + twice.replace("\r\na", "\r\nb"));
                var client = client(server.port(), LONG)) {
            assertThat(client.send(Request.get("/")).body()).isEqualTo("a");
            assertThat(client.send(Request.get("/")).body()).isEqualTo("a");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void aRequestIsSentOnceWhateverBecomesOfIt() throws IOException {
        try (var server = new ScriptedServer("")) {
            get(server.port(), LONG);
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @Test
    void theRequestCarriesWhatItWasGiven() throws IOException {
        try (var server = new ScriptedServer("HTTP/1.1 204 No Content\r\n\r\n");
                var client = client(server.port(), LONG)) {
            client.send(new Request("POST", "/x?y=1", Map.of("A", "b"), "é"));
            assertThat(server.lastHead())
                    .startsWith("POST /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:" + server.port())
                    .contains("\r\nA: b\r\n")
                    .contains("\r\nContent-Length: " + "é".getBytes(UTF_8).length + "\r\n");
        }
    }

    private static Exchange get(int port, Duration within) {
        try (var client = client(port, within)) {
            return client.send(Request.get("/"));
        }
    }

    private static Client client(int port, Duration within) {
        return new Client(Origin.of("http://127.0.0.1:" + port), new RunClock(), within);
    }
}

package dev.concertina.acceptance.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.gateway.Client;
import dev.concertina.gateway.Origin;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What other gateways were caught with: each is answered 400, closed, and reaches no instance. */
class KnownTricksTest {
    private static final String HOST = "Host: a\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

    private static final List<String> HEADS =
            List.of(
                    // Two lengths.
                    HOST + "Content-Length: 5\r\n" + CHUNKED,
                    HOST + CHUNKED + "Content-Length: 0\r\n",
                    HOST + "Content-Length: 5\r\nContent-Length: 5\r\n",
                    HOST + "Content-Length: 5, 5\r\n",
                    // No number.
                    HOST + "Content-Length: +5\r\n",
                    HOST + "Content-Length: -1\r\n",
                    HOST + "Content-Length: 0x5\r\n",
                    HOST + "Content-Length: 5 5\r\n",
                    HOST + "Content-Length:\r\n",
                    HOST + "Content-Length: 18446744073709551621\r\n",
                    // Another coding.
                    HOST + "Transfer-Encoding: gzip, chunked\r\n",
                    HOST + "Transfer-Encoding: chunked, identity\r\n",
                    HOST + "Transfer-Encoding: identity\r\n",
                    HOST + "Transfer-Encoding: xchunked\r\n",
                    HOST + "Transfer-Encoding: \u000bchunked\r\n",
                    HOST + CHUNKED + CHUNKED,
                    // Names that are no tokens, or only look like one.
                    HOST + "Content-Length : 5\r\n",
                    HOST + "Transfer-Encoding : chunked\r\n",
                    HOST + " Content-Length: 5\r\n",
                    HOST + "Content-Length\u00a0: 5\r\n",
                    HOST + "X\0: y\r\n",
                    HOST + ": y\r\n",
                    HOST + "X\r\n",
                    // Lines that do not end where they seem to.
                    HOST + "X: y\nContent-Length: 5\r\n",
                    HOST + "X: y\rContent-Length: 5\r\n",
                    HOST + "X: y\r\n Content-Length: 5\r\n",
                    HOST + "X: y\r\n\tz\r\n",
                    HOST + "X: \0\r\n",
                    // Somebody else's request.
                    "",
                    HOST + HOST,
                    "Host: a b\r\n",
                    "Host: a/b\r\n",
                    // Framing taken away on the way.
                    HOST + "Connection: Content-Length\r\nContent-Length: 5\r\n",
                    HOST + "Connection: close, Transfer-Encoding\r\n" + CHUNKED,
                    HOST + "Connection: Host\r\n");

    private static final List<String> CHUNKS =
            List.of(
                    "5\nabcde\r\n0\r\n\r\n",
                    "5;a\nabcde\r\n0\r\n\r\n",
                    "5\r\nabcde\n0\r\n\r\n",
                    "5\r\nabcdeXX0\r\n\r\n",
                    "5 \r\nabcde\r\n0\r\n\r\n",
                    " 5\r\nabcde\r\n0\r\n\r\n",
                    "0x5\r\nabcde\r\n0\r\n\r\n",
                    "+5\r\nabcde\r\n0\r\n\r\n",
                    "-5\r\nabcde\r\n0\r\n\r\n",
                    "10000000000000005\r\nabcde\r\n0\r\n\r\n",
                    "FFFFFFFFFFFFFFFF\r\nabcde\r\n0\r\n\r\n",
                    "5\r\nabcde\r\n0\r\nContent-Length: 5\r\n\r\n",
                    "5\r\nabcde\r\n0\r\n X: folded\r\n\r\n",
                    "5\r\nabcde\r\n0\r\nX: y\n\r\n",
                    "5\r\nabcde\r\n0\n\r\n");

    @Test
    void everyKnownTrickIsAnswered400AndReachesNobody() throws Exception {
        try (var origin = Origin.saying("hello");
                var gateway = GatewayProcess.start()) {
            gateway.route(GatewayProcess.target("a", origin.port()));
            for (String head : HEADS) {
                refused(gateway, "POST /trick HTTP/1.1\r\n" + head + "\r\n");
            }
            for (String chunks : CHUNKS) {
                refused(gateway, "POST /trick HTTP/1.1\r\n" + HOST + CHUNKED + "\r\n" + chunks);
            }
            refused(gateway, "POST /trick HTTP/1.0\r\n" + HOST + CHUNKED + "\r\n0\r\n\r\n");
            refused(gateway, "POST  /trick HTTP/1.1\r\n" + HOST + "\r\n");
            refused(gateway, "POST\t/trick HTTP/1.1\r\n" + HOST + "\r\n");
            refused(gateway, "POST /trick HTTP/1.1\n" + HOST + "\r\n");
            refused(gateway, "POST /trick\r\n" + HOST + "\r\n");
            assertThat(origin.seenMost()).as("requests that reached the instance").isZero();
        }
    }

    private static void refused(GatewayProcess gateway, String request) throws Exception {
        String shown = request.replace("\r", "\\r").replace("\n", "\\n");
        try (Client client = new Client(gateway.port())) {
            // What follows would be the smuggled one.
            client.send(request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.read().status()).as(shown).isEqualTo(400);
            assertThat(client.ended()).as("closed after " + shown).isTrue();
        }
    }
}

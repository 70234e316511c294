package dev.concertina.gateway.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // lines on the wire end with CR LF
class RequestHeadTest {
    private static final Forwarding FROM = Forwarding.of("10.0.0.9", false, 80);
    private static final String FORWARDED =
            "X-Forwarded-For: 10.0.0.9\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: 80\r\n";

    private final RequestHead head = new RequestHead();

    @ParameterizedTest
    @ValueSource(
            strings = {
                // request line
                "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
                " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\rHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
                "GET /\u0000 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET a HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://u@/ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                // Host
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost:\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
                // fields
                "GET / HTTP/1.1\r\nHost: a\r\nX: 1\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r2\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n\t2\r\n\r\n",
                "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX Y: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX(: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: \u0000\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: \u0007\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: \u007f\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX\u00e9: 1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\rX",
                // framing
                "POST / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Content-Length: 1\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u000bchunked\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding:"
                        + " chunked\r\n\r\n",
                "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: host\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection:"
                        + " content-length\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: close foo\r\n\r\n",
            })
    void refusesWhatTwoReadersCouldReadDifferently(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOfSatisfying(
                        Malformed.class, it -> assertThat(it.status()).isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "505 GET / HTTP/1.2\r\nHost: a\r\n\r\n",
                "505 GET / HTTP/2.0\r\nHost: a\r\n\r\n",
                "505 GET / http/1.1\r\nHost: a\r\n\r\n",
                "505 GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
                "501 CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
                "501 ABCDEFGHIJKLMNOPQRSTUVWXYZ / HTTP/1.1\r\nHost: a\r\n\r\n",
            })
    void refusesWhatItDoesNotOffer(String text) {
        int status = Integer.parseInt(text.substring(0, 3));
        assertThatThrownBy(() -> read(text.substring(4)))
                .isInstanceOfSatisfying(
                        Malformed.class, it -> assertThat(it.status()).isEqualTo(status));
    }

    @Test
    void limitsSizeAndNumberOfFields() {
        assertThatThrownBy(() -> read("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(17_000)))
                .isInstanceOfSatisfying(
                        Malformed.class, it -> assertThat(it.status()).isEqualTo(431));
        assertThatThrownBy(() -> read("GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n".repeat(101)))
                .isInstanceOfSatisfying(
                        Malformed.class, it -> assertThat(it.status()).isEqualTo(431));
    }

    @Test
    void everyPrefixOfAHeadIsIncomplete() {
        String text =
                "POST http://h.example:80/p?q HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                        + "Connection: close, x-a\r\nX-A: 1 \r\n\r\n";
        for (int length = 0; length < text.length(); length++) {
            ByteBuf octets = octets(text.substring(0, length));
            assertThat(head.read(octets)).as("prefix of %s octets", length).isFalse();
            assertThat(octets.readerIndex()).isZero();
        }
        assertThat(read(text)).isTrue();
        assertThat(head.contentLength()).isEqualTo(3);
    }

    @Test
    void leavesTheBodyInTheBuffer() {
        ByteBuf octets = octets("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(head.read(octets)).isTrue();
        assertThat(octets.toString(ISO_8859_1)).isEqualTo("abc");
        assertThat(head.hasBody()).isTrue();
    }

    @Test
    void writesTheHeadWithoutWhatIsForThisHopOnly() {
        assertThat(
                        forward(
                                "GET /p?q=[1] HTTP/1.1\r\nHost: a:8080\r\nAccept: */*\r\n"
                                        + "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\n"
                                        + "Keep-Alive: timeout=5\r\nTE: trailers\r\n"
                                        + "Proxy-Connection: x\r\nUpgrade: h2c\r\nCookie: a=b\r\n"
                                        + "X-Request-Id: abc-1\r\n\r\n"))
                .isEqualTo(
                        "GET /p?q=[1] HTTP/1.1\r\nHost: a:8080\r\nAccept: */*\r\nCookie: a=b\r\n"
                                + "X-Request-Id: abc-1\r\nX-Forwarded-Host: a:8080\r\n"
                                + FORWARDED
                                + "\r\n");
    }

    @Test
    void dropsWhatAnUntrustedPeerSaysAboutItsOrigin() {
        String text =
                "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4\r\nx-forwarded-proto: https"
                        + "\r\nForwarded: for=1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\n\r\n";
        assertThat(forward(text)).doesNotContain("1.2.3.4").doesNotContain("https");
        head.trust(true);
        assertThat(forward(text))
                .contains("\r\nX-Forwarded-For: 1.2.3.4, 10.0.0.9\r\n")
                .contains("\r\nx-forwarded-proto: https\r\n")
                .contains("\r\nForwarded: for=1.2.3.4\r\n")
                .contains("\r\nForwarded: for=10.0.0.9\r\n")
                .contains("\r\nX-Forwarded-Port: 80\r\n")
                .doesNotContain("X-Forwarded-Proto: http\r\n");
    }

    @Test
    void joinsWhatSeveralProxiesSay() {
        head.trust(true);
        String text = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1, 2.2.2.2\r\n";
        assertThat(forward(text + "x-forwarded-for: 3.3.3.3\r\nA: b\r\n\r\n"))
                .contains("\r\nX-Forwarded-For: 1.1.1.1, 2.2.2.2, 3.3.3.3, 10.0.0.9\r\n")
                .doesNotContain("x-forwarded-for")
                .contains("A: b");
        assertThat(head.forwardedFor()).isEqualTo("1.1.1.1, 2.2.2.2, 3.3.3.3");
        read("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(head.forwardedFor()).isEmpty();
    }

    @Test
    void itsBoundsCanBeOthers() {
        head.bounds(64, 2);
        assertThat(read("GET / HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n")).isTrue();
        assertThatThrownBy(() -> read("GET / HTTP/1.1\r\nHost: a\r\nB: c\r\nD: e\r\n\r\n"))
                .hasMessageContaining("more than 2 fields");
        assertThatThrownBy(() -> read("GET / HTTP/1.1\r\nHost: a\r\nB: " + "c".repeat(64)))
                .hasMessageContaining("larger than 64 octets");
        head.bounds(60_000, 500);
        String text = "GET / HTTP/1.1\r\nHost: a\r\n" + "B: c\r\n".repeat(499) + "\r\n";
        assertThat(read(text)).isTrue();
        assertThat(head.methodName()).isEqualTo("GET");
        assertThat(forward(text)).startsWith("GET / HTTP/1.1\r\n");
    }

    @Test
    void aLongHostFitsTwice() {
        String host = "a".repeat(15_000);
        assertThat(forward("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                .contains("X-Forwarded-Host: " + host);
        assertThat(forward("GET http://" + host + "/ HTTP/1.1\r\nHost: b\r\n\r\n"))
                .contains("X-Forwarded-Host: " + host);
    }

    @Test
    void findsACookieOfHexadecimalDigits() {
        String cookies = "a=1; to=00000000000000ff; too=1\r\nCookie: x=0123456789abcdef";
        read("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + cookies + "\r\n\r\n");
        assertThat(head.hexCookie("to".getBytes(ISO_8859_1))).isEqualTo(255);
        assertThat(head.hexCookie("x".getBytes(ISO_8859_1))).isEqualTo(0x0123456789abcdefL);
        assertThat(head.hexCookie("a".getBytes(ISO_8859_1))).isZero();
        assertThat(head.hexCookie("o".getBytes(ISO_8859_1))).isZero();
        assertThat(head.hexCookie("none".getBytes(ISO_8859_1))).isZero();
    }

    @Test
    void givesARequestAnIdentityWhenTheClientsIsMissingOrUnsafe() {
        assertThat(forward("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).contains("X-Request-Id: new\r\n");
        assertThat(forward("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: a b\"\r\n\r\n"))
                .contains("X-Request-Id: new\r\n")
                .doesNotContain("a b");
        assertThat(
                        forward(
                                "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\nConnection:"
                                        + " x-request-id\r\n\r\n"))
                .contains("X-Request-Id: new\r\n");
    }

    @Test
    void anAbsoluteTargetReplacesTheHost() {
        assertThat(forward("GET http://b.example?x HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("GET /?x HTTP/1.1\r\nHost: b.example\r\n")
                .doesNotContain("Host: a\r\n");
    }

    @Test
    void passesAWebSocketUpgradeAndNoOther() {
        String websocket =
                "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade:"
                        + " WebSocket\r\nSec-WebSocket-Key: x\r\n";
        assertThat(forward(websocket + "\r\n"))
                .endsWith("Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        assertThat(forward(websocket + "Content-Length: 3\r\n\r\n")).doesNotContain("Upgrade");
    }

    @Test
    void knowsWhetherTheConnectionGoesOn() {
        read("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(head.persistent()).isTrue();
        read("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n");
        assertThat(head.persistent()).isFalse();
        read("GET / HTTP/1.0\r\n\r\n");
        assertThat(head.persistent()).isFalse();
        read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(head.persistent()).isTrue();
    }

    private boolean read(String text) {
        return head.read(octets(text));
    }

    private String forward(String text) {
        assertThat(read(text)).isTrue();
        ByteBuf out = Unpooled.buffer();
        head.writeForwarded(out, FROM, "new".getBytes(ISO_8859_1));
        return out.toString(ISO_8859_1);
    }

    private static ByteBuf octets(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(ISO_8859_1));
    }
}

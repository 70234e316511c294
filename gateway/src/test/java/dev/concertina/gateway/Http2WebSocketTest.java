package dev.concertina.gateway;

import static dev.concertina.gateway.FrameClient.DATA;
import static dev.concertina.gateway.FrameClient.RST_STREAM;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.gateway.FrameClient.Frame;
import io.netty.handler.codec.http2.Http2Headers;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** WebSockets over HTTP/2 (RFC 8441). */
@SuppressWarnings("StringConcatToTextBlock") // lines on the wire end with CR LF
class Http2WebSocketTest {
    private static final byte[] HELLO = {(byte) 0x81, 5, 'h', 'e', 'l', 'l', 'o'};

    private final Stage stage = new Stage();

    @AfterEach
    void end() {
        stage.close();
    }

    private static void agree(Origin.Connection connection) throws Exception {
        String head = connection.readHead();
        assertThat(head)
                .startsWith("GET /live HTTP/1.1\r\nhost: a.test\r\n")
                .contains("\r\nsec-websocket-version: 13\r\n")
                .contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n")
                .doesNotContain("the client's");
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("sec-websocket-key: ") + 19;
        String key = head.substring(at, head.indexOf('\r', at));
        byte[] sha =
                MessageDigest.getInstance("SHA-1")
                        .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(US_ASCII));
        connection.write(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Accept: "
                        + Base64.getEncoder().encodeToString(sha)
                        + "\r\n\r\n");
    }

    private static FrameClient open(FrameClient client, int stream) throws Exception {
        return client.headers(
                stream,
                false,
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "http",
                ":path",
                "/live",
                ":authority",
                "a.test",
                "sec-websocket-version",
                "13",
                "sec-websocket-key",
                "the client's");
    }

    @Test
    void framesPassBothWaysThroughOneStream() throws Exception {
        stage.route(
                stage.origin(connection -> {
                    agree(connection);
                    for (int octet = connection.in().read();
                            octet >= 0;
                            octet = connection.in().read()) {
                        connection.out().write(octet);
                    }
                }));
        try (FrameClient client = new FrameClient(stage)) {
            Frame settings = client.await(FrameClient.SETTINGS);
            assertThat(settings.payload()).endsWith(0, 8, 0, 0, 0, 1);
            Http2Headers head = open(client, 1).head(1);
            assertThat(head.status()).hasToString("200");
            assertThat(head.get("sec-websocket-protocol")).hasToString("chat");
            assertThat(head.contains("sec-websocket-accept")).isFalse();
            client.data(1, false, HELLO);
            StringBuilder back = new StringBuilder();
            while (back.length() < HELLO.length) {
                back.append(new String(client.await(DATA).payload(), ISO_8859_1));
            }
            assertThat(back.toString().getBytes(ISO_8859_1)).isEqualTo(HELLO);
            // Other requests go on beside it.
            client.number(RST_STREAM, 1, FrameClient.CANCEL);
            Stage.until("it is over", () -> stage.status().targets().get(0).inFlight() == 0);
        }
    }

    @Test
    void aDrainClosesItWithServiceRestart() throws Exception {
        CompletableFuture<byte[]> close = new CompletableFuture<>();
        stage.route(
                stage.origin(connection -> {
                    agree(connection);
                    connection.out().write(HELLO);
                    close.complete(connection.in().readNBytes(4));
                }));
        try (FrameClient client = new FrameClient(stage)) {
            open(client, 1).head(1);
            assertThat(client.await(DATA).payload()).isEqualTo(HELLO);
            var draining = stage.startDrain("a", Duration.ofSeconds(1));
            Frame closing = client.await(DATA);
            assertThat(closing.payload()).isEqualTo(new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xF4});
            byte[] answer = {(byte) 0x88, 2, 0x03, (byte) 0xF4};
            client.data(1, true, answer);
            assertThat(close.get(30, TimeUnit.SECONDS)).isEqualTo(answer);
            assertThat(client.await(Frame::last).payload()).isEmpty();
            assertThat(draining.get(30, TimeUnit.SECONDS).cut()).isZero();
        }
    }

    @Test
    void anInstanceThatDoesNotAgreeIsNotTakenForOneThatDoes() throws Exception {
        stage.route(
                stage.origin(connection -> {
                    connection.readHead();
                    connection.write(
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                                    + "Upgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n");
                    connection.in().read();
                }));
        try (FrameClient client = new FrameClient(stage)) {
            assertThat(open(client, 1).response(1).status()).isEqualTo(502);
            stage.route(stage.saying("hello"));
            assertThat(open(client, 3).response(3).status()).isEqualTo(502);
            stage.route(
                    stage.origin(connection -> {
                        connection.readHead();
                        connection.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
                    }));
            FrameClient.Response refused = open(client, 5).response(5);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body()).isEqualTo("no");
            client.headers(
                    7,
                    false,
                    ":method",
                    "CONNECT",
                    ":protocol",
                    "other",
                    ":scheme",
                    "http",
                    ":path",
                    "/",
                    ":authority",
                    "a");
            assertThat(client.response(7).status()).isEqualTo(501);
            client.headers(9, false, ":method", "CONNECT", ":authority", "a:80");
            assertThat(client.response(9).status()).isEqualTo(501);
        }
    }

    @Test
    void anInstanceThatEndsEndsTheStream() throws Exception {
        stage.route(
                stage.origin(connection -> {
                    agree(connection);
                    connection.out().write(HELLO);
                }));
        try (FrameClient client = new FrameClient(stage)) {
            open(client, 1).head(1);
            assertThat(client.await(DATA).payload()).isEqualTo(HELLO);
            assertThat(client.await(Frame::last).stream()).isEqualTo(1);
        }
    }
}

package dev.concertina.gateway.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.gateway.http1.ResponseHead.Persistence;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // lines on the wire end with CR LF
class ResponseHeadTest {
    private final ResponseHead head = new ResponseHead();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 999 OK\r\n\r\n",
                "HTTP/1.1 200 O\u0000K\r\n\r\n",
                "HTTP/1.1 200 OK\n\r\n",
                "ICY 200 OK\r\n\r\n       ",
                "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 100 Go\r\nContent-Length: 3\r\n\r\n",
            })
    void refusesWhatTwoReadersCouldReadDifferently(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(Malformed.class);
    }

    @Test
    void writesTheHeadForTheClient() {
        read(
                "HTTP/1.0 404 Not Found\r\nConnection: close, x-hop\r\nX-Hop: 1\r\nKeep-Alive: 3"
                        + "\r\nContent-Length: 3\r\n\r\n");
        assertThat(forward(Persistence.KEEP_ALIVE, false))
                .isEqualTo(
                        "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nx-instance-id: i\r\n"
                                + "Connection: keep-alive\r\n\r\n");
    }

    @Test
    void keepsTheNameTheInstanceGaveItself() {
        read("HTTP/1.1 200\r\nX-Instance-Id: me\r\n\r\n");
        assertThat(forward(Persistence.DEFAULT, false))
                .isEqualTo("HTTP/1.1 200 \r\nX-Instance-Id: me\r\n\r\n");
    }

    @Test
    void aBodyWithoutItsChunksLosesTheirField() {
        read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n");
        assertThat(forward(Persistence.CLOSE, true))
                .isEqualTo(
                        "HTTP/1.1 200 OK\r\nA: b\r\nx-instance-id: i\r\nConnection:"
                                + " close\r\n\r\n");
    }

    @Test
    void anAddedFieldIsAFieldLikeOthers() {
        read("HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody");
        head.nameInstance("x-instance-id: i\r\n".getBytes(ISO_8859_1));
        assertThat(head.fields()).isEqualTo(2);
        assertThat(head.name(1)).isEqualTo("x-instance-id");
        assertThat(head.value(1)).isEqualTo("i");
        assertThat(head.passes(1)).isTrue();
    }

    @Test
    void knowsEventStreams() {
        read("HTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream;charset=UTF-8\r\n\r\n");
        assertThat(head.eventStream()).isTrue();
        read("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n");
        assertThat(head.eventStream()).isFalse();
    }

    @Test
    void everyPrefixOfAHeadIsIncomplete() {
        String text = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nA: b\r\n\r\n";
        for (int length = 0; length < text.length(); length++) {
            assertThat(read(text.substring(0, length))).isFalse();
        }
        assertThat(read(text)).isTrue();
    }

    private boolean read(String text) {
        return head.read(Unpooled.wrappedBuffer(text.getBytes(ISO_8859_1)));
    }

    private String forward(Persistence persistence, boolean dechunk) {
        ByteBuf out = Unpooled.buffer();
        head.nameInstance("x-instance-id: i\r\n".getBytes(ISO_8859_1));
        if (dechunk) {
            head.dropChunked();
        }
        head.writeForwarded(out, persistence);
        return out.toString(ISO_8859_1);
    }
}

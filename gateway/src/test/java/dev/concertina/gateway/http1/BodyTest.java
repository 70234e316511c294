package dev.concertina.gateway.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest {
    private static final String CHUNKS =
            "5;name=value\r\nhello\r\n1\r\n,\r\n6\r\n world\r\n0\r\nA: b\r\nC:\r\n\r\n";

    private final Body body = new Body();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                " 5\r\n",
                "5 \r\nhello\r\n",
                "+5\r\nhello\r\n",
                "0x5\r\nhello\r\n",
                "-5\r\n",
                "5\nhello\r\n",
                "5\r\nhello\n",
                "5\r\nhelloX\r\n",
                "5\rXhello",
                "5;a\nhello\r\n",
                "5;a\u0000\r\nhello\r\n",
                "fffffffffffffffff\r\n",
                "00000000000000000005\r\n",
                "0\r\nA\r\n\r\n",
                "0\r\n A: b\r\n\r\n",
                "0\r\nA: b\n\r\n",
                "0\r\nA b: c\r\n\r\n",
                "0\r\n: c\r\n\r\n",
                "0\r\nContent-Length: 3\r\n\r\n",
                "0\r\nTransfer-Encoding: chunked\r\n\r\n",
                "0\r\nHost: a\r\n\r\n",
                "0\r\nA: \u0001\r\n\r\n",
                "0\r\n\rX",
            })
    void refusesAmbiguousChunks(String text) {
        body.chunked();
        assertThatThrownBy(() -> body.skip(octets(text))).isInstanceOf(Malformed.class);
    }

    @Test
    void limitsExtensionsAndTrailers() {
        body.chunked();
        assertThatThrownBy(() -> body.skip(octets("5;" + "x".repeat(300))))
                .isInstanceOf(Malformed.class);
        body.chunked();
        assertThatThrownBy(() -> body.skip(octets("0\r\nA: " + "x".repeat(9000))))
                .isInstanceOf(Malformed.class);
    }

    @Test
    void findsTheEndOfChunksHoweverTheyArrive() {
        for (int cut = 0; cut <= CHUNKS.length(); cut++) {
            body.chunked();
            ByteBuf first = octets(CHUNKS.substring(0, cut));
            assertThat(body.skip(first)).isEqualTo(cut);
            assertThat(body.ended()).isEqualTo(cut == CHUNKS.length());
            ByteBuf rest = octets(CHUNKS.substring(cut) + "GET /next");
            body.skip(rest);
            assertThat(body.ended()).isTrue();
            assertThat(rest.toString(ISO_8859_1)).isEqualTo("GET /next".substring(0, 9));
        }
    }

    @Test
    void yieldsTheContentWithoutItsChunks() {
        body.chunked();
        ByteBuf in = octets(CHUNKS);
        StringBuilder content = new StringBuilder();
        for (int length = body.content(in); length > 0; length = body.content(in)) {
            content.append(in.readString(length, ISO_8859_1));
            body.took(length);
        }
        assertThat(content).hasToString("hello, world");
        assertThat(body.ended()).isTrue();
    }

    @Test
    void keepsTrailersWhereTheyAreWanted() {
        body.chunked();
        body.keepTrailers(true);
        body.skip(octets("0\r\nGrpc-Status: 0 \r\nb:\r\n\r\n"));
        assertThat(body.trailers())
                .containsExactly(new Field("grpc-status", "0"), new Field("b", ""));
        body.chunked();
        body.skip(octets("0\r\nA: b\r\n\r\n"));
        assertThat(body.trailers()).isEmpty();
    }

    @Test
    void endsAfterItsLength() {
        body.length(3);
        ByteBuf in = octets("abcdef");
        assertThat(body.skip(in)).isEqualTo(3);
        assertThat(body.ended()).isTrue();
        assertThat(in.toString(ISO_8859_1)).isEqualTo("def");
        body.length(0);
        assertThat(body.ended()).isTrue();
    }

    @Test
    void withoutALengthOnlyTheConnectionEndsIt() {
        body.untilClose();
        assertThat(body.skip(octets("abc"))).isEqualTo(3);
        assertThat(body.ended()).isFalse();
        assertThat(body.endsWithConnection()).isTrue();
    }

    private static ByteBuf octets(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(ISO_8859_1));
    }
}

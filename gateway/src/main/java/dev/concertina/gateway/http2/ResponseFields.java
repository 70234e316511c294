package dev.concertina.gateway.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.concertina.gateway.http1.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import org.jspecify.annotations.Nullable;

/** The head of a response on its way into a header block: a view of what the parser has read. */
final class ResponseFields extends DefaultHttp2Headers {
    private static final byte[] ACCEPT = "sec-websocket-accept".getBytes(ISO_8859_1);

    private @Nullable ResponseHead source;
    private int status;

    ResponseFields() {
        super(false);
    }

    /** The head as it is, its status included. */
    ResponseFields of(ResponseHead response) {
        source = response;
        status = response.status();
        return this;
    }

    /** The head of a WebSocket's handshake as RFC 8441 section 5 has it. */
    ResponseFields ofUpgrade(ResponseHead response) {
        source = response;
        status = 200;
        return this;
    }

    @Override
    public CharSequence status() {
        // Only its class is asked for.
        return status < 200 ? "100" : "200";
    }

    void writeTo(ByteBuf out) {
        ResponseHead from = source;
        if (from == null) {
            throw new IllegalStateException("no head is given");
        }
        HeaderBlocks.status(out, status);
        byte[] octets = from.octets();
        for (int i = 0; i < from.fields(); i++) {
            if (from.passes(i) && !(status == 200 && from.status() == 101 && isAccept(from, i))) {
                HeaderBlocks.field(
                        out,
                        octets,
                        from.nameStart(i),
                        from.nameEnd(i),
                        octets,
                        from.valueStart(i),
                        from.valueEnd(i));
            }
        }
    }

    private static boolean isAccept(ResponseHead head, int index) {
        return nameIs(head, index, ACCEPT);
    }

    private static boolean nameIs(ResponseHead head, int index, byte[] name) {
        int start = head.nameStart(index);
        if (head.nameEnd(index) - start != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (StaticNames.lower(head.octets()[start + i]) != name[i]) {
                return false;
            }
        }
        return true;
    }

    /** What the instance answered to the key of a WebSocket; empty: nothing. */
    static String accept(ResponseHead head) {
        for (int i = 0; i < head.fields(); i++) {
            if (isAccept(head, i)) {
                return head.value(i);
            }
        }
        return "";
    }
}

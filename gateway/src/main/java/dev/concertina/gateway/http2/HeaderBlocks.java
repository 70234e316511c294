package dev.concertina.gateway.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.util.Map;

/**
 * Header blocks for the client (RFC 7541), written without a dynamic table: the octets of a
 * response's head go out as they are, nothing is looked up, kept or hashed, and a block means the
 * same wherever it stands.
 */
final class HeaderBlocks implements Http2HeadersEncoder, Http2HeadersEncoder.Configuration {
    private static final int INDEXED = 0x80;
    private static final int SIZE_UPDATE = 0x20;
    private static final int LITERAL = 0x00;
    private static final int NEVER_INDEXED = 0x10;
    private static final int STATUS_NAME = 8;
    private static final int SET_COOKIE = 55;

    private long listSizeMax = Long.MAX_VALUE;
    private boolean sizeSaid;

    @Override
    public void encodeHeaders(int streamId, Http2Headers headers, ByteBuf out) {
        if (!sizeSaid) {
            // Section 4.2: whatever size the client allows from now on, none is used.
            sizeSaid = true;
            out.writeByte(SIZE_UPDATE);
        }
        if (headers instanceof ResponseFields response) {
            response.writeTo(out);
            return;
        }
        for (Map.Entry<CharSequence, CharSequence> each : headers) {
            byte[] name = each.getKey().toString().getBytes(ISO_8859_1);
            byte[] value = each.getValue().toString().getBytes(ISO_8859_1);
            if (name[0] == ':') {
                status(out, Integer.parseInt(each.getValue().toString()));
            } else {
                field(out, name, 0, name.length, value, 0, value.length);
            }
        }
    }

    static void status(ByteBuf out, int status) {
        int index =
                switch (status) {
                    case 200 -> 8;
                    case 204 -> 9;
                    case 206 -> 10;
                    case 304 -> 11;
                    case 400 -> 12;
                    case 404 -> 13;
                    case 500 -> 14;
                    default -> 0;
                };
        if (index > 0) {
            out.writeByte(INDEXED | index);
            return;
        }
        out.writeByte(LITERAL | STATUS_NAME);
        out.writeByte(3);
        out.writeByte('0' + status / 100);
        out.writeByte('0' + status / 10 % 10);
        out.writeByte('0' + status % 10);
    }

    /** A field; its name goes out in lower case. */
    static void field(
            ByteBuf out,
            byte[] name,
            int nameStart,
            int nameEnd,
            byte[] value,
            int valueStart,
            int valueEnd) {
        int index = StaticNames.find(name, nameStart, nameEnd);
        // Section 7.1.3: a secret is not to be kept by the next hop's encoder either.
        integer(out, index == SET_COOKIE ? NEVER_INDEXED : LITERAL, 4, index);
        if (index == 0) {
            integer(out, 0, 7, nameEnd - nameStart);
            for (int i = nameStart; i < nameEnd; i++) {
                out.writeByte(StaticNames.lower(name[i]));
            }
        }
        integer(out, 0, 7, valueEnd - valueStart);
        out.writeBytes(value, valueStart, valueEnd - valueStart);
    }

    /** Section 5.1. */
    private static void integer(ByteBuf out, int pattern, int prefix, int value) {
        int full = (1 << prefix) - 1;
        if (value < full) {
            out.writeByte(pattern | value);
            return;
        }
        out.writeByte(pattern | full);
        int left = value - full;
        while (left >= 0x80) {
            out.writeByte(0x80 | (left & 0x7F));
            left >>>= 7;
        }
        out.writeByte(left);
    }

    @Override
    public Configuration configuration() {
        return this;
    }

    @Override
    public void maxHeaderTableSize(long max) {
        // None is used.
    }

    @Override
    public long maxHeaderTableSize() {
        return 0;
    }

    @Override
    public void maxHeaderListSize(long max) {
        listSizeMax = max;
    }

    @Override
    public long maxHeaderListSize() {
        return listSizeMax;
    }
}

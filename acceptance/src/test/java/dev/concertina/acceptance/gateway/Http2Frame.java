package dev.concertina.acceptance.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A frame of HTTP/2 (RFC 9113 section 4.1); octets are characters of ISO 8859-1. */
record Http2Frame(int type, int flags, int stream, String payload) {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;

    /** What a client begins with. */
    static final String PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + new Http2Frame(SETTINGS, 0, 0, "").octets();

    private static final int HEAD = 9;

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    String octets() {
        int length = payload.length();
        return characters(length >> 16, length >> 8, length, type, flags)
                + characters(stream >> 24, stream >> 16, stream >> 8, stream)
                + payload;
    }

    static String characters(int... values) {
        StringBuilder octets = new StringBuilder();
        for (int value : values) {
            octets.append((char) (value & 0xFF));
        }
        return octets.toString();
    }

    static Http2Frame read(InputStream in) throws IOException {
        byte[] head = in.readNBytes(HEAD);
        if (head.length < HEAD) {
            throw new EOFException("the connection ended");
        }
        int length = (head[0] & 0xFF) << 16 | (head[1] & 0xFF) << 8 | (head[2] & 0xFF);
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("the connection ended within a frame");
        }
        int stream = (head[5] & 0x7F) << 24 | (head[6] & 0xFF) << 16;
        stream |= (head[7] & 0xFF) << 8 | (head[8] & 0xFF);
        return new Http2Frame(head[3], head[4], stream, new String(payload, ISO_8859_1));
    }
}

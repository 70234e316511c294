package dev.concertina.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;

/** What the first octets of a connection without TLS say about its protocol. */
enum Preface {
    HTTP1,
    HTTP2,
    UNDECIDED;

    /** The request line that is reserved for this (RFC 9113 section 3.4). */
    private static final byte[] LINE = "PRI * HTTP/2.0\r\n".getBytes(US_ASCII);

    static Preface of(ByteBuf octets) {
        int start = octets.readerIndex();
        int known = Math.min(octets.readableBytes(), LINE.length);
        for (int i = 0; i < known; i++) {
            if (octets.getByte(start + i) != LINE[i]) {
                return HTTP1;
            }
        }
        return known == LINE.length ? HTTP2 : UNDECIDED;
    }
}

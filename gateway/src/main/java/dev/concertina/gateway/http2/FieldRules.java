package dev.concertina.gateway.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.util.AsciiString;

/** What a field of HTTP/2 may be made of (RFC 9113 sections 8.2.1 and 8.2.2). */
final class FieldRules {
    private static final boolean[] NAME = new boolean[256];

    private static final AsciiString CONNECTION = AsciiString.cached("connection");
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");
    private static final AsciiString TRANSFER_ENCODING = AsciiString.cached("transfer-encoding");
    private static final AsciiString UPGRADE = AsciiString.cached("upgrade");
    private static final AsciiString TE = AsciiString.cached("te");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");

    static {
        for (byte c : "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz".getBytes(US_ASCII)) {
            NAME[c] = true;
        }
    }

    private FieldRules() {}

    static void check(AsciiString name, AsciiString value) {
        checkName(name);
        checkValue(value);
        boolean forbidden =
                switch (name.length()) {
                    case 2 -> name.equals(TE) && !value.contentEqualsIgnoreCase(TRAILERS);
                    case 7 -> name.equals(UPGRADE);
                    case 10 -> name.equals(CONNECTION) || name.equals(KEEP_ALIVE);
                    case 16 -> name.equals(PROXY_CONNECTION);
                    case 17 -> name.equals(TRANSFER_ENCODING);
                    default -> false;
                };
        if (forbidden) {
            throw new ProtocolError("field '" + name + "' concerns a connection");
        }
    }

    private static void checkName(AsciiString name) {
        byte[] octets = name.array();
        int end = name.arrayOffset() + name.length();
        if (name.isEmpty()) {
            throw new ProtocolError("field name is empty");
        }
        for (int i = name.arrayOffset(); i < end; i++) {
            if (!NAME[octets[i] & 0xFF]) {
                throw new ProtocolError("field name is not a token in lower case");
            }
        }
    }

    /** Also for pseudo fields. */
    static void checkValue(AsciiString value) {
        byte[] octets = value.array();
        int start = value.arrayOffset();
        int end = start + value.length();
        for (int i = start; i < end; i++) {
            byte octet = octets[i];
            if (octet == 0 || octet == '\r' || octet == '\n') {
                throw new ProtocolError("field value holds CR, LF or NUL");
            }
        }
        if (start < end && (blank(octets[start]) || blank(octets[end - 1]))) {
            throw new ProtocolError("field value begins or ends with a blank");
        }
    }

    private static boolean blank(byte octet) {
        return octet == ' ' || octet == '\t';
    }
}

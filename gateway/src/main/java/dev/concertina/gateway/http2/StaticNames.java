package dev.concertina.gateway.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The field names of the static table of HPACK (RFC 7541 appendix A), found by their octets. */
final class StaticNames {
    /** Index of the first of these; those before are pseudo fields. */
    private static final int FIRST = 15;

    private static final String[] NAMES = {
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "accept-ranges",
        "accept",
        "access-control-allow-origin",
        "age",
        "allow",
        "authorization",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-location",
        "content-range",
        "content-type",
        "cookie",
        "date",
        "etag",
        "expect",
        "expires",
        "from",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "last-modified",
        "link",
        "location",
        "max-forwards",
        "proxy-authenticate",
        "proxy-authorization",
        "range",
        "referer",
        "refresh",
        "retry-after",
        "server",
        "set-cookie",
        "strict-transport-security",
        "transfer-encoding",
        "user-agent",
        "vary",
        "via",
        "www-authenticate"
    };

    private static final int MASK = 255;
    private static final byte[][] OCTETS = new byte[MASK + 1][];
    private static final byte[] INDEX = new byte[MASK + 1];

    static {
        for (int i = 0; i < NAMES.length; i++) {
            byte[] name = NAMES[i].getBytes(US_ASCII);
            int at = place(name, 0, name.length);
            while (OCTETS[at] != null) {
                at = (at + 1) & MASK;
            }
            OCTETS[at] = name;
            INDEX[at] = (byte) (FIRST + i);
        }
    }

    private StaticNames() {}

    private static int place(byte[] octets, int start, int end) {
        int first = octets[start] | 0x20;
        int middle = octets[(start + end) >>> 1] | 0x20;
        int last = octets[end - 1] | 0x20;
        return ((end - start) * 31 + first * 7 + middle * 13 + last * 3) & MASK;
    }

    /** The index of this name in any case, or 0. */
    static int find(byte[] octets, int start, int end) {
        int at = place(octets, start, end);
        for (byte[] name = OCTETS[at]; name != null; name = OCTETS[at]) {
            if (equal(name, octets, start, end)) {
                return INDEX[at];
            }
            at = (at + 1) & MASK;
        }
        return 0;
    }

    private static boolean equal(byte[] name, byte[] octets, int start, int end) {
        if (name.length != end - start) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (name[i] != lower(octets[start + i])) {
                return false;
            }
        }
        return true;
    }

    static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
    }
}

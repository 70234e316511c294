package dev.concertina.gateway.http1;

/** Methods the gateway treats differently (RFC 9110 section 9.2.2). */
@SuppressWarnings("ImmutableEnumChecker") // the octets are never written
public enum Method {
    GET(true),
    HEAD(true),
    OPTIONS(true),
    TRACE(true),
    PUT(true),
    DELETE(true),
    CONNECT(false),
    /** POST, PATCH and whatever else: sending it twice may do it twice. */
    OTHER(false);

    private static final Method[] KNOWN = values();

    private final boolean idempotent;
    private final byte[] octets;

    Method(boolean idempotent) {
        this.idempotent = idempotent;
        this.octets = Octets.ascii(name());
    }

    public boolean idempotent() {
        return idempotent;
    }

    /** Method names are case-sensitive. */
    static Method of(byte[] bytes, int start, int end) {
        for (Method method : KNOWN) {
            if (method != OTHER
                    && java.util.Arrays.equals(
                            bytes, start, end, method.octets, 0, method.octets.length)) {
                return method;
            }
        }
        return OTHER;
    }
}

package dev.concertina.gateway.http1;

/** Field names and values the gateway acts on, in lower case. */
final class Names {
    static final byte[] TE = Octets.ascii("te");
    static final byte[] HOST = Octets.ascii("host");
    static final byte[] CLOSE = Octets.ascii("close");
    static final byte[] EXPECT = Octets.ascii("expect");
    static final byte[] UPGRADE = Octets.ascii("upgrade");
    static final byte[] FORWARDED = Octets.ascii("forwarded");
    static final byte[] X_REAL_IP = Octets.ascii("x-real-ip");
    static final byte[] CONNECTION = Octets.ascii("connection");
    static final byte[] KEEP_ALIVE = Octets.ascii("keep-alive");
    static final byte[] X_REQUEST_ID = Octets.ascii("x-request-id");
    static final byte[] X_FORWARDED = Octets.ascii("x-forwarded-");
    static final byte[] COOKIE = Octets.ascii("cookie");
    static final byte[] X_FORWARDED_FOR = Octets.ascii("x-forwarded-for");
    static final byte[] X_FORWARDED_HOST = Octets.ascii("x-forwarded-host");
    static final byte[] X_FORWARDED_PORT = Octets.ascii("x-forwarded-port");
    static final byte[] X_FORWARDED_PROTO = Octets.ascii("x-forwarded-proto");
    static final byte[] CONTENT_TYPE = Octets.ascii("content-type");
    static final byte[] X_INSTANCE_ID = Octets.ascii("x-instance-id");
    static final byte[] CONTENT_LENGTH = Octets.ascii("content-length");
    static final byte[] PROXY_CONNECTION = Octets.ascii("proxy-connection");
    static final byte[] TRANSFER_ENCODING = Octets.ascii("transfer-encoding");
    static final byte[] WEBSOCKET = Octets.ascii("websocket");
    static final byte[] EVENT_STREAM = Octets.ascii("text/event-stream");
    static final byte[] CONTINUE = Octets.ascii("100-continue");

    /** Without these a message has other bounds or another addressee. */
    static final byte[][] NEVER_NOMINATED = {HOST, CONTENT_LENGTH, TRANSFER_ENCODING};

    /** A trailer that could be taken for framing or routing. */
    static final byte[][] NEVER_TRAILER = {
        HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION, UPGRADE
    };

    private Names() {}
}

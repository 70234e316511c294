package dev.concertina.gateway.http1;

import io.netty.buffer.ByteBuf;

/** The head of a response (RFC 9112 section 4), and the head that goes to the client instead. */
public final class ResponseHead extends Head {
    private static final byte[] VERSION = Octets.ascii("HTTP/1.");
    private static final byte[] VERSION_11 = Octets.ascii("HTTP/1.1 ");
    private static final byte[] CLOSE = Octets.ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = Octets.ascii("Connection: keep-alive\r\n");
    private static final byte[] UPGRADE =
            Octets.ascii("Connection: Upgrade\r\nUpgrade: websocket\r\n");
    private static final byte[] CRLF = {'\r', '\n'};

    private final byte[] out = new byte[SIZE_MAX + ADDED_SIZE_MAX + 1024];
    private int status;
    private int reasonEnd;
    private boolean instanceNamed;
    private boolean eventStream;
    private int transferEncoding;

    public ResponseHead() {
        super(SIZE_MAX, FIELDS_MAX);
    }

    /** What is said to the client about its connection. */
    public enum Persistence {
        /** Nothing: HTTP/1.1 goes on by default. */
        DEFAULT,
        KEEP_ALIVE,
        CLOSE,
        UPGRADE
    }

    @Override
    void reset() {
        super.reset();
        instanceNamed = false;
        eventStream = false;
        transferEncoding = -1;
    }

    @Override
    int firstLine() {
        if (limit < VERSION.length + 6) {
            return -1;
        }
        for (int i = 0; i < VERSION.length; i++) {
            if (bytes[i] != VERSION[i]) {
                throw new Malformed("status line does not begin with HTTP/1.");
            }
        }
        int at = VERSION.length;
        minor0 = bytes[at] == '0';
        if ((!minor0 && bytes[at] != '1') || bytes[at + 1] != Octets.SP) {
            throw new Malformed("version is not HTTP/1.1 or HTTP/1.0");
        }
        at += 2;
        status = 0;
        for (int i = 0; i < 3; i++, at++) {
            if (!Octets.isDigit(bytes[at])) {
                throw new Malformed("status is not three digits");
            }
            status = status * 10 + (bytes[at] - '0');
        }
        if (status < 100 || status > 599) {
            throw new Malformed("status " + status + " is not 100 to 599");
        }
        return reason(at);
    }

    private int reason(int start) {
        int at = start;
        if (at < limit && bytes[at] != Octets.SP && bytes[at] != Octets.CR) {
            throw new Malformed("status is not three digits");
        }
        while (at < limit && Octets.isValue(bytes[at])) {
            at++;
        }
        if (at + 1 >= limit) {
            return -1;
        }
        reasonEnd = at;
        return lineEnd(at, "reason holds a control octet");
    }

    @Override
    void field(int index) {
        switch (nameLength(index)) {
            case 7 -> dropIf(index, Names.UPGRADE);
            case 10 -> {
                if (nameIs(index, Names.CONNECTION)) {
                    readConnection(index);
                    dropped[index] = true;
                }
                dropIf(index, Names.KEEP_ALIVE);
            }
            case 12 -> {
                if (nameIs(index, Names.CONTENT_TYPE)) {
                    eventStream =
                            Octets.startsIgnoreCase(
                                    bytes, valueStart[index], valueEnd[index], Names.EVENT_STREAM);
                }
            }
            case 13 -> instanceNamed |= nameIs(index, Names.X_INSTANCE_ID);
            case 14 -> {
                if (nameIs(index, Names.CONTENT_LENGTH)) {
                    readContentLength(index);
                }
            }
            case 16 -> dropIf(index, Names.PROXY_CONNECTION);
            case 17 -> {
                if (nameIs(index, Names.TRANSFER_ENCODING)) {
                    readTransferEncoding(index);
                    transferEncoding = index;
                }
            }
            default -> {
                // The others pass.
            }
        }
    }

    private void dropIf(int index, byte[] name) {
        dropped[index] |= nameIs(index, name);
    }

    @Override
    void check() {
        checkFraming();
        if (bodyless() && (chunked || (status < 200 && contentLength >= 0))) {
            throw new Malformed("status " + status + " with a body");
        }
        dropNominated();
    }

    @Override
    Malformed tooLarge(String message) {
        return new Malformed(502, message);
    }

    public int status() {
        return status;
    }

    public boolean interim() {
        return status < 200 && status != 101;
    }

    public boolean eventStream() {
        return eventStream;
    }

    /** A status that never has a body, whatever was asked for (RFC 9112 section 6.3). */
    public boolean bodyless() {
        return status < 200 || status == 204 || status == 304;
    }

    /** Whether the instance lets its connection carry another request. */
    public boolean persistent() {
        return !close && (!minor0 || keepAlive);
    }

    /**
     * Says which instance answered, unless it did so itself.
     *
     * @param line {@code name: value} and the end of the line
     */
    public void nameInstance(byte[] line) {
        if (!instanceNamed) {
            add(line, Names.X_INSTANCE_ID.length);
            instanceNamed = true;
        }
    }

    /** The body goes on without its chunks. */
    public void dropChunked() {
        if (transferEncoding >= 0) {
            dropped[transferEncoding] = true;
        }
    }

    /** Writes the head that goes to the client. */
    public void writeForwarded(ByteBuf to, Persistence persistence) {
        byte[] line = out;
        int at = put(line, 0, VERSION_11);
        int statusStart = VERSION_11.length;
        System.arraycopy(bytes, statusStart, line, at, reasonEnd - statusStart);
        at += reasonEnd - statusStart;
        if (reasonEnd == statusStart + 3) {
            line[at++] = Octets.SP;
        }
        at = put(line, at, CRLF);
        at = copyFields(line, at);
        at =
                switch (persistence) {
                    case DEFAULT -> at;
                    case KEEP_ALIVE -> put(line, at, KEEP_ALIVE);
                    case CLOSE -> put(line, at, CLOSE);
                    case UPGRADE -> put(line, at, UPGRADE);
                };
        at = put(line, at, CRLF);
        to.writeBytes(line, 0, at);
    }
}

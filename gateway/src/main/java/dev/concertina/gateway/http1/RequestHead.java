package dev.concertina.gateway.http1;

import io.netty.buffer.ByteBuf;

/** The head of a request (RFC 9112 section 3), and the head that goes upstream instead. */
public final class RequestHead extends Head {
    private static final byte[] VERSION = Octets.ascii("HTTP/1.");
    private static final byte[] VERSION_11 = Octets.ascii(" HTTP/1.1\r\n");
    private static final byte[] HOST = Octets.ascii("Host: ");
    private static final byte[] X_FORWARDED_HOST = Octets.ascii("X-Forwarded-Host: ");
    private static final byte[] X_REQUEST_ID = Octets.ascii("X-Request-Id: ");
    private static final byte[] UPGRADE =
            Octets.ascii("Connection: Upgrade\r\nUpgrade: websocket\r\n");
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] ABSOLUTE = Octets.ascii("http://");
    private static final byte[] ABSOLUTE_TLS = Octets.ascii("https://");
    private static final int METHOD_MAX = 24;
    private static final int REQUEST_ID_MAX = 128;

    private final byte[] out = new byte[SIZE_MAX + 2048];
    private int methodEnd;
    private int targetStart;
    private int targetEnd;
    private int pathStart;
    private int authorityStart;
    private int authorityEnd;
    private int host;
    private int requestId;
    private boolean websocketNamed;
    private boolean expectsContinue;
    private Method method = Method.OTHER;
    private boolean trusted;

    /** Whether forwarded fields of the peer that sends the next head are believed. */
    public void trust(boolean peerTrusted) {
        trusted = peerTrusted;
    }

    @Override
    void reset() {
        super.reset();
        host = -1;
        requestId = -1;
        websocketNamed = false;
        expectsContinue = false;
        authorityStart = -1;
    }

    @Override
    int firstLine() {
        int at = 0;
        // RFC 9112 section 2.2: one empty line before a request is overlooked.
        if (limit >= 2 && bytes[0] == Octets.CR && bytes[1] == Octets.LF) {
            at = 2;
        }
        at = readMethod(at);
        at = at < 0 ? at : readTarget(at);
        return at < 0 ? at : readVersion(at);
    }

    private int readMethod(int start) {
        int at = start;
        while (at < limit && Octets.tokenLower(bytes[at]) != 0) {
            at++;
        }
        if (at - start > METHOD_MAX) {
            throw new Malformed(501, "method is longer than " + METHOD_MAX + " octets");
        }
        if (at == limit || (at == start && at + 1 == limit && bytes[at] == Octets.CR)) {
            return -1;
        }
        if (bytes[at] != Octets.SP || at == start) {
            throw new Malformed("request line does not begin with a method and a space");
        }
        method = Method.of(bytes, start, at);
        nameStart[FIELDS_MAX] = start;
        methodEnd = at;
        return at + 1;
    }

    private int readTarget(int start) {
        int at = start;
        byte[] octets = bytes;
        while (at < limit && Octets.isTarget(octets[at])) {
            at++;
        }
        if (at == limit) {
            return -1;
        }
        if (octets[at] != Octets.SP || at == start) {
            throw new Malformed("request target is empty or holds an octet that is not allowed");
        }
        targetStart = start;
        targetEnd = at;
        pathStart = start;
        if (octets[start] != '/') {
            readOtherTarget();
        }
        return at + 1;
    }

    /** RFC 9112 sections 3.2.2 to 3.2.4. */
    private void readOtherTarget() {
        if (method == Method.CONNECT) {
            throw new Malformed(501, "CONNECT is not offered");
        }
        if (method == Method.OPTIONS && targetEnd - targetStart == 1 && bytes[targetStart] == '*') {
            return;
        }
        int length = absolute(ABSOLUTE) ? ABSOLUTE.length : ABSOLUTE_TLS.length;
        if (!absolute(ABSOLUTE) && !absolute(ABSOLUTE_TLS)) {
            throw new Malformed("request target is neither a path nor an http URI");
        }
        authorityStart = targetStart + length;
        int at = authorityStart;
        while (at < targetEnd && bytes[at] != '/' && bytes[at] != '?') {
            at++;
        }
        authorityEnd = at;
        checkHost(authorityStart, authorityEnd);
        pathStart = at;
    }

    private boolean absolute(byte[] scheme) {
        return Octets.startsIgnoreCase(bytes, targetStart, targetEnd, scheme);
    }

    private int readVersion(int start) {
        int known = Math.min(limit - start, VERSION.length);
        for (int i = 0; i < known; i++) {
            if (bytes[start + i] != VERSION[i]) {
                throw new Malformed(505, "version is not HTTP/1.1 or HTTP/1.0");
            }
        }
        int at = start + VERSION.length;
        if (at + 2 >= limit) {
            return -1;
        }
        if (bytes[at] != '1' && bytes[at] != '0') {
            throw new Malformed(505, "version is not HTTP/1.1 or HTTP/1.0");
        }
        minor0 = bytes[at] == '0';
        return lineEnd(at + 1, "request line does not end after the version");
    }

    @Override
    void field(int index) {
        switch (nameLength(index)) {
            case 2 -> drop(index, Names.TE);
            case 4 -> {
                if (nameIs(index, Names.HOST)) {
                    readHost(index);
                }
            }
            case 6 -> {
                if (nameIs(index, Names.EXPECT)) {
                    expectsContinue |= valueIs(index, Names.CONTINUE);
                }
            }
            case 7 -> {
                if (nameIs(index, Names.UPGRADE)) {
                    websocketNamed |= valueIs(index, Names.WEBSOCKET);
                    dropped[index] = true;
                }
            }
            case 9 -> dropForeign(index, Names.FORWARDED);
            case 10 -> {
                if (nameIs(index, Names.CONNECTION)) {
                    readConnection(index);
                    dropped[index] = true;
                }
                drop(index, Names.KEEP_ALIVE);
            }
            case 12 -> {
                if (nameIs(index, Names.X_REQUEST_ID)) {
                    readRequestId(index);
                }
            }
            case 14 -> {
                if (nameIs(index, Names.CONTENT_LENGTH)) {
                    readContentLength(index);
                }
            }
            case 16 -> drop(index, Names.PROXY_CONNECTION);
            case 17 -> {
                if (nameIs(index, Names.TRANSFER_ENCODING)) {
                    readTransferEncoding(index);
                }
            }
            default -> {
                // The others pass, unless they claim a forwarding below.
            }
        }
        if ((bytes[nameStart[index]] | 0x20) == 'x') {
            dropForeign(index, Names.X_REAL_IP);
            if (Octets.startsIgnoreCase(
                    bytes, nameStart[index], nameEnd[index], Names.X_FORWARDED)) {
                dropped[index] |= !trusted;
            }
        }
    }

    private void drop(int index, byte[] name) {
        dropped[index] |= nameIs(index, name);
    }

    private void dropForeign(int index, byte[] name) {
        dropped[index] |= !trusted && nameIs(index, name);
    }

    private void readHost(int index) {
        if (host >= 0) {
            throw new Malformed("Host occurs twice");
        }
        host = index;
        checkHost(valueStart[index], valueEnd[index]);
    }

    private void checkHost(int start, int end) {
        if (start == end) {
            throw new Malformed("Host is empty");
        }
        for (int i = start; i < end; i++) {
            if (!Octets.isHost(bytes[i])) {
                throw new Malformed("Host holds an octet that is not allowed");
            }
        }
    }

    /** Kept once, and only in a form that is safe in a log line. */
    private void readRequestId(int index) {
        int start = valueStart[index];
        int end = valueEnd[index];
        boolean good = requestId < 0 && end > start && end - start <= REQUEST_ID_MAX;
        for (int i = start; good && i < end; i++) {
            good = Octets.tokenLower(bytes[i]) != 0 || bytes[i] == ':' || bytes[i] == '=';
        }
        if (good) {
            requestId = index;
        } else {
            dropped[index] = true;
        }
    }

    @Override
    void check() {
        checkFraming();
        if (host < 0 && !minor0) {
            throw new Malformed("Host is missing");
        }
        dropNominated();
        if (authorityStart >= 0 && host >= 0) {
            dropped[host] = true;
        }
    }

    @Override
    Malformed tooLarge(String message) {
        return new Malformed(431, message);
    }

    public Method method() {
        return method;
    }

    public String methodName() {
        return text(nameStart[FIELDS_MAX], methodEnd);
    }

    /** Path and query as they were sent. */
    public String target() {
        return text(pathStart, targetEnd);
    }

    /** Whether the connection may carry another request (RFC 9112 section 9.3). */
    public boolean persistent() {
        return !close && (!minor0 || keepAlive);
    }

    public boolean http10() {
        return minor0;
    }

    public boolean expectsContinue() {
        return expectsContinue && !minor0;
    }

    /** Whether a WebSocket is asked for in the only form that is passed on. */
    public boolean websocket() {
        return websocketNamed && upgradeNominated && method == Method.GET && !minor0 && !hasBody();
    }

    public boolean hasBody() {
        return chunked || contentLength > 0;
    }

    /**
     * Writes the head that goes upstream.
     *
     * @param forwarded field lines that say where the request came from
     * @param newRequestId identity of the request if the client sent none
     */
    public void writeForwarded(ByteBuf to, byte[] forwarded, byte[] newRequestId) {
        byte[] line = out;
        int start = nameStart[FIELDS_MAX];
        int at = methodEnd + 1 - start;
        System.arraycopy(bytes, start, line, 0, at);
        if (pathStart == targetEnd || bytes[pathStart] == '?') {
            line[at++] = '/';
        }
        at = copy(pathStart, targetEnd, at);
        at = put(line, at, VERSION_11);
        at = copyFields(line, at);
        if (authorityStart >= 0) {
            at = putField(HOST, authorityStart, authorityEnd, at);
        }
        if (trusted) {
            // The peer has said it already.
        } else if (authorityStart >= 0) {
            at = putField(X_FORWARDED_HOST, authorityStart, authorityEnd, at);
        } else if (host >= 0) {
            at = putField(X_FORWARDED_HOST, valueStart[host], valueEnd[host], at);
        }
        at = put(line, at, forwarded);
        if (requestId < 0 || dropped[requestId]) {
            at = put(line, at, X_REQUEST_ID);
            at = put(line, at, newRequestId);
            at = put(line, at, CRLF);
        }
        if (websocket()) {
            at = put(line, at, UPGRADE);
        }
        at = put(line, at, CRLF);
        to.writeBytes(line, 0, at);
    }

    private int putField(byte[] name, int start, int end, int to) {
        int at = copy(start, end, put(out, to, name));
        return put(out, at, CRLF);
    }

    private int copy(int start, int end, int to) {
        System.arraycopy(bytes, start, out, to, end - start);
        return to + end - start;
    }
}

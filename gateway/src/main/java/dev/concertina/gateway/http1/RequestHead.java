package dev.concertina.gateway.http1;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** The head of a request (RFC 9112 section 3), and the head that goes upstream instead. */
public final class RequestHead extends Head {
    private static final byte[] VERSION = Octets.ascii("HTTP/1.");
    private static final byte[] VERSION_11 = Octets.ascii(" HTTP/1.1\r\n");
    private static final byte[] HOST = Octets.ascii("Host: ");
    private static final byte[] X_FORWARDED_HOST = Octets.ascii("X-Forwarded-Host: ");
    private static final byte[] X_FORWARDED_FOR = Octets.ascii("X-Forwarded-For: ");
    private static final byte[] COMMA = {',', ' '};
    private static final byte[] X_REQUEST_ID = Octets.ascii("X-Request-Id: ");
    private static final byte[] UPGRADE =
            Octets.ascii("Connection: Upgrade\r\nUpgrade: websocket\r\n");
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] ABSOLUTE = Octets.ascii("http://");
    private static final byte[] ABSOLUTE_TLS = Octets.ascii("https://");
    private static final int METHOD_MAX = 24;
    private static final int REQUEST_ID_MAX = 128;

    private byte[] out = new byte[outMax(SIZE_MAX)];
    private int methodStart;
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
    private int forwardedFor;
    private int forwardedFors;
    private boolean forwardedSaid;
    private boolean protoSaid;
    private boolean portSaid;
    private boolean hostSaid;

    public RequestHead() {
        super(SIZE_MAX, FIELDS_MAX);
    }

    /** The name of the host may be said twice, and some lines are added. */
    private static int outMax(int sizeMax) {
        return 2 * sizeMax + 4096;
    }

    /** Octets and fields the next head may have. Costs something when they change. */
    public void bounds(int size, int count) {
        if (rebound(size, count)) {
            out = new byte[outMax(size)];
        }
    }

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
        forwardedFor = -1;
        forwardedFors = 0;
        forwardedSaid = false;
        protoSaid = false;
        portSaid = false;
        hostSaid = false;
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
        methodStart = start;
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
            case 2 -> dropIf(index, Names.TE);
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
            case 9 -> {
                dropForeign(index, Names.FORWARDED);
                forwardedSaid |= trusted && nameIs(index, Names.FORWARDED);
            }
            case 10 -> {
                if (nameIs(index, Names.CONNECTION)) {
                    readConnection(index);
                    dropped[index] = true;
                }
                dropIf(index, Names.KEEP_ALIVE);
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
            case 16 -> dropIf(index, Names.PROXY_CONNECTION);
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
                readForwarded(index);
            }
        }
    }

    private void readForwarded(int index) {
        if (!trusted) {
            dropped[index] = true;
            return;
        }
        if (nameIs(index, Names.X_FORWARDED_FOR)) {
            forwardedFor = index;
            forwardedFors++;
        }
        protoSaid |= nameIs(index, Names.X_FORWARDED_PROTO);
        portSaid |= nameIs(index, Names.X_FORWARDED_PORT);
        hostSaid |= nameIs(index, Names.X_FORWARDED_HOST);
    }

    private void dropIf(int index, byte[] name) {
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
        return text(methodStart, methodEnd);
    }

    /** The host it is for, with its port where that was said; empty: HTTP/1.0 without Host. */
    public String authority() {
        if (authorityStart >= 0) {
            return text(authorityStart, authorityEnd);
        }
        return host < 0 ? "" : value(host);
    }

    /** Where path and query begin in {@link #octets}; at {@code *} for OPTIONS of no resource. */
    public int targetStart() {
        return pathStart;
    }

    public int targetEnd() {
        return targetEnd;
    }

    /** Path and query as they were sent. */
    public String target() {
        return text(pathStart, targetEnd);
    }

    /** The identity the client gave its request; empty if it gave none that is passed on. */
    public String requestId() {
        return requestId < 0 || dropped[requestId] ? "" : value(requestId);
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
     * What a believed peer says of the addresses its request came through, in order, several fields
     * joined as one list; empty if it says nothing or is not believed.
     */
    public String forwardedFor() {
        if (forwardedFors < 2) {
            return forwardedFor < 0 ? "" : value(forwardedFor);
        }
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < fields; i++) {
            if (nameIs(i, Names.X_FORWARDED_FOR)) {
                list.append(list.isEmpty() ? "" : ", ").append(value(i));
            }
        }
        return list.toString();
    }

    /**
     * The value of a cookie of this name as hexadecimal digits (RFC 6265 section 5.4).
     *
     * @return 0 if there is no cookie of that name and form
     */
    public long hexCookie(byte[] name) {
        for (int i = 0; i < fields; i++) {
            if (nameLength(i) == Names.COOKIE.length && nameIs(i, Names.COOKIE)) {
                long value = hexCookie(name, valueStart[i], valueEnd[i]);
                if (value != 0) {
                    return value;
                }
            }
        }
        return 0;
    }

    /**
     * A hash of the value of the first field of this name.
     *
     * @param name in lower case
     * @return 0 if there is no such field, or nothing in it; never 0 otherwise
     */
    public long hashOf(byte[] name) {
        for (int i = 0; i < fields; i++) {
            if (nameLength(i) == name.length && nameIs(i, name)) {
                return valueStart[i] == valueEnd[i] ? 0 : hash(bytes, valueStart[i], valueEnd[i]);
            }
        }
        return 0;
    }

    /** FNV-1a over 64 bits; 1 instead of 0. */
    public static long hash(byte[] octets, int start, int end) {
        long hash = 0xcbf29ce484222325L;
        for (int i = start; i < end; i++) {
            hash = (hash ^ (octets[i] & 0xff)) * 0x100000001b3L;
        }
        return hash == 0 ? 1 : hash;
    }

    private long hexCookie(byte[] name, int start, int end) {
        int at = start;
        while (at < end) {
            int pair = at;
            while (at < end && bytes[at] != ';') {
                at++;
            }
            int value = pair + name.length + 1;
            if (value < at
                    && bytes[value - 1] == '='
                    && Arrays.equals(bytes, pair, value - 1, name, 0, name.length)) {
                return hex(value, at);
            }
            at++;
            while (at < end && bytes[at] == Octets.SP) {
                at++;
            }
        }
        return 0;
    }

    private long hex(int start, int end) {
        if (end - start != 16) {
            return 0;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            int digit = Octets.hex(bytes[i]);
            if (digit < 0) {
                return 0;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /**
     * Writes the head that goes upstream.
     *
     * @param newRequestId identity of the request if the client sent none
     */
    public void writeForwarded(ByteBuf to, Forwarding from, byte[] newRequestId) {
        byte[] line = out;
        int start = methodStart;
        int at = methodEnd + 1 - start;
        System.arraycopy(bytes, start, line, 0, at);
        if (pathStart == targetEnd || bytes[pathStart] == '?') {
            line[at++] = '/';
        }
        at = copy(pathStart, targetEnd, at);
        at = put(line, at, VERSION_11);
        if (forwardedFors > 0) {
            drop(Names.X_FORWARDED_FOR);
        }
        at = copyFields(line, at);
        if (authorityStart >= 0) {
            at = putField(HOST, authorityStart, authorityEnd, at);
        }
        if (!hostSaid) {
            if (authorityStart >= 0) {
                at = putField(X_FORWARDED_HOST, authorityStart, authorityEnd, at);
            } else if (host >= 0) {
                at = putField(X_FORWARDED_HOST, valueStart[host], valueEnd[host], at);
            }
        }
        at = trusted ? putForwarding(from, at) : put(line, at, from.all);
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

    /** The peer's own word, and the peer. */
    private int putForwarding(Forwarding from, int to) {
        int at = to;
        if (forwardedFors == 0) {
            at = put(out, at, from.forNode);
        } else {
            at = put(out, at, X_FORWARDED_FOR);
            for (int i = 0; i < fields; i++) {
                if (nameIs(i, Names.X_FORWARDED_FOR)) {
                    at = copy(valueStart[i], valueEnd[i], at);
                    at = put(out, at, COMMA);
                }
            }
            at = put(out, at, from.node);
        }
        at = forwardedSaid ? put(out, at, from.forwardedForNode) : at;
        at = protoSaid ? at : put(out, at, from.proto);
        return portSaid ? at : put(out, at, from.port);
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

package dev.concertina.gateway.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.concertina.gateway.http1.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A request of HTTP/2 as the head of one of HTTP/1.1. What only HTTP/2 forbids is checked here;
 * everything else is left to the parser that every request goes through, so that both protocols
 * pass one gate.
 */
final class RequestOctets {
    private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
    private static final byte[] HOST = ascii("host: ");
    private static final byte[] COOKIE = ascii("cookie: ");
    private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
    private static final byte[] NO_CONTENT = ascii("content-length: 0\r\n");
    private static final byte[] UPGRADE =
            ascii("connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: ");
    private static final byte[] SEPARATOR = {':', ' '};
    private static final byte[] CRUMB = {';', ' '};
    private static final byte[] CRLF = {'\r', '\n'};

    private static final AsciiString GET = AsciiString.cached("GET");
    private static final AsciiString OPTIONS = AsciiString.cached("OPTIONS");
    private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
    private static final AsciiString POST = AsciiString.cached("POST");
    private static final AsciiString PUT = AsciiString.cached("PUT");
    private static final AsciiString PATCH = AsciiString.cached("PATCH");
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final AsciiString WEBSOCKET = AsciiString.cached("websocket");
    private static final AsciiString STAR = AsciiString.cached("*");
    private static final AsciiString HOST_NAME = AsciiString.cached("host");
    private static final AsciiString COOKIE_NAME = AsciiString.cached("cookie");
    private static final AsciiString LENGTH_NAME = AsciiString.cached("content-length");
    private static final AsciiString KEY_NAME = AsciiString.cached("sec-websocket-key");

    private static final AsciiString[] PSEUDO = {
        AsciiString.cached(":method"),
        AsciiString.cached(":scheme"),
        AsciiString.cached(":authority"),
        AsciiString.cached(":path"),
        AsciiString.cached(":protocol")
    };
    private static final int METHOD = 0;
    private static final int SCHEME = 1;
    private static final int AUTHORITY = 2;
    private static final int PATH = 3;
    private static final int PROTOCOL = 4;

    private final @Nullable AsciiString[] pseudo = new AsciiString[PSEUDO.length];
    private byte[] out = new byte[4096];
    private ByteBuf view = Unpooled.wrappedBuffer(out);
    private int at;
    private int fields;
    private int crumbs;
    private boolean length;
    private @Nullable AsciiString host;

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    /**
     * Writes the head. The buffer is valid until the next call.
     *
     * @param ended whether no body follows
     * @throws ProtocolError when the stream is to be reset
     * @throws Malformed when the request is understood and not offered
     */
    ByteBuf write(FieldList list, boolean ended) {
        int first = readPseudo(list);
        at = 0;
        fields = 0;
        crumbs = 0;
        length = false;
        host = null;
        boolean websocket = checkPseudo(ended);
        ensure(list);
        put(websocket ? GET : method());
        out[at++] = ' ';
        put(required(PATH));
        put(VERSION);
        AsciiString authority = pseudo[AUTHORITY];
        if (authority != null) {
            putField(HOST, authority);
        }
        for (int i = first; i < list.size(); i++) {
            field(list.name(i), list.value(i), websocket);
        }
        putCookie(list, first);
        if (websocket) {
            return view();
        }
        if (!length && !ended) {
            put(CHUNKED);
            fields++;
        } else if (!length && mayHaveContent()) {
            put(NO_CONTENT);
            fields++;
        }
        put(CRLF);
        return view();
    }

    /** Completes the head of a WebSocket request (RFC 8441) with a key of the gateway's own. */
    ByteBuf upgrade(String key) {
        put(UPGRADE);
        put(ascii(key));
        put(CRLF);
        put(CRLF);
        fields += 3;
        return view();
    }

    /** How many fields the parser must find in what was written. */
    int fields() {
        return fields;
    }

    /** Whether the request asks for a WebSocket; the head is not complete then. */
    boolean websocket() {
        return pseudo[PROTOCOL] != null;
    }

    private ByteBuf view() {
        return view.setIndex(0, at);
    }

    private int readPseudo(FieldList list) {
        Arrays.fill(pseudo, null);
        int i = 0;
        while (i < list.size() && isPseudo(list.name(i))) {
            AsciiString value = list.value(i);
            int which = which(list.name(i));
            if (pseudo[which] != null) {
                throw new ProtocolError(PSEUDO[which] + " occurs twice");
            }
            FieldRules.checkValue(value);
            pseudo[which] = value;
            i++;
        }
        return i;
    }

    static boolean isPseudo(AsciiString name) {
        return !name.isEmpty() && name.byteAt(0) == ':';
    }

    private static int which(AsciiString name) {
        for (int i = 0; i < PSEUDO.length; i++) {
            if (PSEUDO[i].equals(name)) {
                return i;
            }
        }
        throw new ProtocolError("pseudo field '" + name + "' is not one of a request");
    }

    private AsciiString required(int which) {
        AsciiString value = pseudo[which];
        if (value == null || value.isEmpty()) {
            throw new ProtocolError(PSEUDO[which] + " is missing or empty");
        }
        return value;
    }

    private AsciiString method() {
        return required(METHOD);
    }

    /** RFC 9113 section 8.3.1, RFC 8441 section 4; whether this asks for a WebSocket. */
    private boolean checkPseudo(boolean ended) {
        AsciiString method = method();
        AsciiString protocol = pseudo[PROTOCOL];
        if (protocol != null && !method.equals(CONNECT)) {
            throw new ProtocolError(":protocol without CONNECT");
        }
        if (protocol == null && method.equals(CONNECT)) {
            throw new Malformed(501, "CONNECT is not offered");
        }
        AsciiString scheme = required(SCHEME);
        if (!scheme.contentEqualsIgnoreCase(HTTP) && !scheme.contentEqualsIgnoreCase(HTTPS)) {
            throw new Malformed(400, "the scheme is neither http nor https");
        }
        checkPath(method);
        if (pseudo[AUTHORITY] != null) {
            required(AUTHORITY);
        }
        if (protocol == null) {
            return false;
        }
        if (!protocol.equals(WEBSOCKET)) {
            throw new Malformed(501, "the protocol is not websocket");
        }
        if (ended) {
            throw new ProtocolError("a WebSocket that has ended before it began");
        }
        return true;
    }

    /** Anything else could be read as a request line of another form. */
    private void checkPath(AsciiString method) {
        AsciiString path = required(PATH);
        for (int i = 0; i < path.length(); i++) {
            if (path.byteAt(i) == ' ') {
                throw new ProtocolError(":path holds a space");
            }
        }
        if (path.byteAt(0) != '/' && !(path.equals(STAR) && method.equals(OPTIONS))) {
            throw new ProtocolError(":path does not begin with '/'");
        }
        for (int i = 0; i < method.length(); i++) {
            if (method.byteAt(i) == ' ') {
                throw new ProtocolError(":method holds a space");
            }
        }
    }

    private boolean mayHaveContent() {
        AsciiString method = method();
        return method.equals(POST) || method.equals(PUT) || method.equals(PATCH);
    }

    private void field(AsciiString name, AsciiString value, boolean websocket) {
        if (isPseudo(name)) {
            throw new ProtocolError("pseudo field behind others");
        }
        FieldRules.check(name, value);
        switch (name.length()) {
            case 4 -> {
                if (name.equals(HOST_NAME) && sameAsAuthority(value)) {
                    return;
                }
            }
            case 6 -> {
                if (name.equals(COOKIE_NAME)) {
                    crumbs++;
                    return;
                }
            }
            case 14 -> {
                if (name.equals(LENGTH_NAME)) {
                    length = true;
                    if (websocket) {
                        throw new ProtocolError("a WebSocket with Content-Length");
                    }
                }
            }
            case 17 -> {
                // The key of a handshake belongs to one hop.
                if (websocket && name.equals(KEY_NAME)) {
                    return;
                }
            }
            default -> {
                // The others pass.
            }
        }
        put(name);
        put(SEPARATOR);
        put(value);
        put(CRLF);
        fields++;
    }

    /** Whether Host only repeats what was said; if it says something else, whom to believe? */
    private boolean sameAsAuthority(AsciiString value) {
        AsciiString said = pseudo[AUTHORITY];
        if (said == null) {
            // A second one is refused by the parser.
            return false;
        }
        if (host != null || !said.contentEqualsIgnoreCase(value)) {
            throw new ProtocolError(":authority and host differ");
        }
        host = value;
        return true;
    }

    /** RFC 9113 section 8.2.3: the crumbs are one field in HTTP/1.1. */
    private void putCookie(FieldList list, int first) {
        if (crumbs == 0) {
            return;
        }
        put(COOKIE);
        int left = crumbs;
        for (int i = first; left > 0; i++) {
            if (list.name(i).equals(COOKIE_NAME)) {
                put(list.value(i));
                if (--left > 0) {
                    put(CRUMB);
                }
            }
        }
        put(CRLF);
        fields++;
    }

    private void putField(byte[] name, AsciiString value) {
        put(name);
        put(value);
        put(CRLF);
        fields++;
    }

    /** Room for everything, once. */
    private void ensure(FieldList list) {
        int most = 512;
        for (int i = 0; i < list.size(); i++) {
            most += list.name(i).length() + list.value(i).length() + 4;
        }
        if (most > out.length) {
            out = new byte[Integer.highestOneBit(most) * 2];
            view = Unpooled.wrappedBuffer(out);
        }
    }

    private void put(AsciiString text) {
        System.arraycopy(text.array(), text.arrayOffset(), out, at, text.length());
        at += text.length();
    }

    private void put(byte[] text) {
        System.arraycopy(text, 0, out, at, text.length);
        at += text.length;
    }
}

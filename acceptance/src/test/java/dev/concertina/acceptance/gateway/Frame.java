package dev.concertina.acceptance.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A short WebSocket frame (RFC 6455 section 5.2); its payload as characters of ISO 8859-1. */
record Frame(int first, String text) {
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int MASKED = 0x80;
    private static final int SHORT_MAX = 125;

    static Frame text(String text) {
        return new Frame(TEXT, text);
    }

    static Frame close(int code) {
        return new Frame(CLOSE, "" + (char) (code >> 8) + (char) (code & 0xFF));
    }

    boolean closes() {
        return first == CLOSE;
    }

    /** Of a close frame; 1005 for one without. */
    int code() {
        return text.length() < 2 ? 1005 : text.charAt(0) << 8 | text.charAt(1);
    }

    static Frame read(InputStream in) throws IOException {
        int first = in.read();
        int length = in.read();
        if (first < 0 || length < 0) {
            throw new EOFException("ended without a close frame");
        }
        byte[] mask = in.readNBytes((length & MASKED) == 0 ? 0 : 4);
        int size = length & ~MASKED;
        if (size > SHORT_MAX) {
            throw new IOException("a frame of length " + size + " was never sent");
        }
        byte[] payload = in.readNBytes(size);
        if (payload.length < size) {
            throw new EOFException("ended within a frame");
        }
        for (int i = 0; mask.length > 0 && i < size; i++) {
            payload[i] ^= mask[i % 4];
        }
        return new Frame(first, new String(payload, ISO_8859_1));
    }

    /** The octets; what a client sends to a server is masked, here with a key that shows. */
    byte[] octets(boolean masked) {
        byte[] payload = text.getBytes(ISO_8859_1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        out.write(masked ? MASKED | payload.length : payload.length);
        byte[] mask = masked ? new byte[] {1, 2, 3, 4} : new byte[0];
        out.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            out.write(masked ? payload[i] ^ mask[i % 4] : payload[i]);
        }
        return out.toByteArray();
    }
}

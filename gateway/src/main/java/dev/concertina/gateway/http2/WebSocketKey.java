package dev.concertina.gateway.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/** The handshake of RFC 6455 section 4, which HTTP/2 does without and an instance expects. */
final class WebSocketKey {
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private WebSocketKey() {}

    /** A key nobody can have prepared an answer for; it is no secret. */
    static String fresh() {
        byte[] octets = new byte[16];
        ThreadLocalRandom.current().nextBytes(octets);
        return Base64.getEncoder().encodeToString(octets);
    }

    /** What the instance must answer. */
    static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

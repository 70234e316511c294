package dev.concertina.starter.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HKDF with HMAC-SHA-256 for one block of output (RFC 5869). The JDK's own arrived after 21, the
 * release this module compiles for.
 */
final class Hkdf {
    private Hkdf() {}

    static byte[] derive(byte[] key, byte[] salt, String purpose) {
        var extracted = hmac(salt.length == 0 ? new byte[32] : salt, key);
        var info = purpose.getBytes(StandardCharsets.UTF_8);
        var block = new byte[info.length + 1];
        System.arraycopy(info, 0, block, 0, info.length);
        block[info.length] = 1;
        return hmac(extracted, block);
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256", e);
        }
    }
}

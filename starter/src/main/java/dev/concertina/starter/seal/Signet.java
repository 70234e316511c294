package dev.concertina.starter.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Marks texts so that nobody without the key can make one up: HMAC-SHA-256 with a key derived from
 * the ring for one purpose. The first key of the ring marks, all recognise. The same text always
 * gets the same mark. Safe for use by many threads.
 */
public final class Signet {
    private final List<SecretKeySpec> keys = new ArrayList<>();

    public Signet(KeyRing ring, String purpose) {
        for (var master : ring.all()) {
            keys.add(new SecretKeySpec(Hkdf.derive(master, new byte[0], purpose), "HmacSHA256"));
        }
    }

    public byte[] mark(String text) {
        return mark(keys.get(0), text);
    }

    public boolean recognises(String text, byte[] mark) {
        boolean found = false;
        for (var key : keys) {
            found |= MessageDigest.isEqual(mark(key, text), mark);
        }
        return found;
    }

    private static byte[] mark(SecretKeySpec key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256", e);
        }
    }
}

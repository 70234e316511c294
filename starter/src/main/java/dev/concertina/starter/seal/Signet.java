package dev.concertina.starter.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Marks texts so that nobody without the key can make one up: HMAC-SHA-256 with a key derived from
 * the ring for one purpose. The first key of the ring marks, all recognise. The same text always
 * gets the same mark. Safe for use by many threads.
 */
public final class Signet {
    private final int active;
    private final Map<Integer, SecretKeySpec> keys = new LinkedHashMap<>();

    /** What a stamp turned out to be. */
    public enum Verdict {
        GENUINE,
        FORGED,
        /** Made with a key that is not on the ring, or not made by us at all. */
        UNKNOWN_KEY
    }

    public Signet(KeyRing ring, String purpose) {
        active = ring.active();
        for (int id : ring.ids()) {
            var master = ring.key(id).orElseThrow();
            keys.put(
                    id, new SecretKeySpec(Hkdf.derive(master, new byte[0], purpose), "HmacSHA256"));
        }
    }

    public byte[] mark(String text) {
        return mark(active, text);
    }

    public boolean recognises(String text, byte[] mark) {
        boolean found = false;
        for (int id : keys.keySet()) {
            found |= MessageDigest.isEqual(mark(id, text), mark);
        }
        return found;
    }

    /** A mark that says which key made it: {@code key id.mark}. */
    public String stamp(String text) {
        return stamp(active, text);
    }

    /** Of a stamp of this text. */
    public Verdict judge(String text, String stamp) {
        int dot = stamp.indexOf('.');
        for (int id : keys.keySet()) {
            if (dot > 0 && stamp.substring(0, dot).equals(KeyRing.name(id))) {
                return MessageDigest.isEqual(bytes(stamp(id, text)), bytes(stamp))
                        ? Verdict.GENUINE
                        : Verdict.FORGED;
            }
        }
        return Verdict.UNKNOWN_KEY;
    }

    /** Whether the key that marks now made it, if it is genuine. */
    public boolean isCurrent(String stamp) {
        return stamp.startsWith(KeyRing.name(active) + ".");
    }

    private String stamp(int id, String text) {
        return KeyRing.name(id)
                + '.'
                + Base64.getUrlEncoder().withoutPadding().encodeToString(mark(id, text));
    }

    private byte[] mark(int id, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(keys.get(id));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

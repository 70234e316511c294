package dev.concertina.starter.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The master keys, known by an id derived from each: the first seals, all open. Rotation is adding
 * a key at the end everywhere, then moving it to the front, then dropping the old one once nothing
 * is sealed with it.
 */
public final class KeyRing {
    private static final int PASSPHRASE_MIN = 32;
    private static final int PBKDF2_ROUNDS = 210_000;

    private final int active;
    private final Map<Integer, byte[]> keys = new LinkedHashMap<>();

    /**
     * @param texts 32 bytes in base64 or base64url, or passphrases of 32 characters or more
     * @throws IllegalArgumentException naming the position of a text of another form, never the
     *     text
     */
    public KeyRing(List<String> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("no key given");
        }
        for (int i = 0; i < texts.size(); i++) {
            var key = read(texts.get(i).strip(), i + 1);
            keys.put(idOf(key), key);
        }
        active = keys.keySet().iterator().next();
    }

    /** A key's id as people see it. */
    public static String name(int id) {
        return "%08x".formatted(id);
    }

    /** The id of the key that seals. */
    public int active() {
        return active;
    }

    /** The ids of all keys, the active one first. */
    public List<Integer> ids() {
        return List.copyOf(keys.keySet());
    }

    Optional<byte[]> key(int id) {
        return Optional.ofNullable(keys.get(id));
    }

    /** Every key, the active one first. */
    List<byte[]> all() {
        return List.copyOf(keys.values());
    }

    private static byte[] read(String text, int position) {
        var decoded = base64(text);
        if (decoded.length == 32) {
            return decoded;
        }
        if (text.length() < PASSPHRASE_MIN) {
            throw new IllegalArgumentException(
                    "key "
                            + position
                            + " is neither 32 bytes in base64 nor a passphrase of "
                            + PASSPHRASE_MIN
                            + " characters or more; it has "
                            + text.length()
                            + " characters");
        }
        return stretch(text);
    }

    private static byte[] base64(String text) {
        try {
            var standard = text.replace('-', '+').replace('_', '/');
            return Base64.getDecoder().decode(standard);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    // The salt is fixed because every instance must arrive at the same key on its own.
    private static byte[] stretch(String passphrase) {
        try {
            var spec =
                    new PBEKeySpec(
                            passphrase.toCharArray(),
                            "dev.concertina.key.1".getBytes(StandardCharsets.UTF_8),
                            PBKDF2_ROUNDS,
                            256);
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no PBKDF2WithHmacSHA256", e);
        }
    }

    private static int idOf(byte[] key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update("dev.concertina.key-id".getBytes(StandardCharsets.UTF_8));
            return Arrays.hashCode(Arrays.copyOf(digest.digest(key), 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}

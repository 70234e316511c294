package dev.concertina.starter.request;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * What a user is called in keys: 120 bits of a hash of the name, so that names with any characters
 * fit and a list of keys is no list of users. A guessed name can still be checked against it.
 */
public record UserTag(String value) {
    private static final int BYTES = 15;

    public static UserTag of(String name) {
        return new UserTag(hash("user\n" + name));
    }

    /** The same for anything else that becomes part of a key. */
    public static String hash(String text) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}

package dev.concertina.starter.cache;

import dev.concertina.starter.codec.Unencodable;
import dev.concertina.starter.codec.ValueCodec;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.util.ReflectionUtils;

/** Keys as text: equal keys give equal text on every instance, different ones different text. */
final class KeyText {
    private static final int READABLE_MAX = 120;

    // Its text does not tell ("a,b") from ("a","b"), and it gives its parts to nobody.
    private static final Field PARTS = parts();

    private final ValueCodec codec;

    KeyText(ValueCodec codec) {
        this.codec = codec;
    }

    private static Field parts() {
        var field = ReflectionUtils.findField(SimpleKey.class, "params", Object[].class);
        if (field == null) {
            throw new IllegalStateException("SimpleKey of this Spring has no params");
        }
        ReflectionUtils.makeAccessible(field);
        return field;
    }

    /**
     * @throws IllegalArgumentException if the key has no form outside this JVM
     */
    String of(String cache, Object key) {
        if (key instanceof String text && text.length() <= READABLE_MAX) {
            return "s:" + text;
        }
        if (key instanceof Long || key instanceof Integer) {
            return key.getClass().getSimpleName().charAt(0) + ":" + key;
        }
        try {
            return "h:" + hash(key);
        } catch (Unencodable e) {
            throw new IllegalArgumentException(
                    "A key of the cache '"
                            + cache
                            + "' cannot be shared. "
                            + e.getMessage()
                            + " Or name a simpler key: @Cacheable(key = …).",
                    e);
        }
    }

    private String hash(Object key) {
        var value =
                key instanceof SimpleKey
                        ? Arrays.asList((Object[]) ReflectionUtils.getField(PARTS, key))
                        : key;
        var encoded = codec.encode(value);
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(encoded.type().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(digest.digest(encoded.bytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}

package dev.concertina.starter.cache;

import dev.concertina.starter.codec.Encoded;
import dev.concertina.starter.codec.Unencodable;
import dev.concertina.starter.codec.ValueCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.cache.support.NullValue;

/**
 * Values as octets: one for the length of the type's name, the name, two for the schema, the rest.
 */
final class Values {
    private static final byte[] ABSENT = {0};

    private final ValueCodec codec;

    Values(ValueCodec codec) {
        this.codec = codec;
    }

    /**
     * @throws IllegalArgumentException if the value has no form outside this JVM
     */
    byte[] write(String cache, Object value) {
        if (value instanceof NullValue) {
            return ABSENT;
        }
        try {
            var encoded = codec.encodeProven(value);
            var type = encoded.type().getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(3 + type.length + encoded.bytes().length)
                    .put((byte) type.length)
                    .put(type)
                    .putShort((short) encoded.schema())
                    .put(encoded.bytes())
                    .array();
        } catch (Unencodable e) {
            throw new IllegalArgumentException(
                    "A value of the cache '" + cache + "' cannot be shared. " + e.getMessage(), e);
        }
    }

    /** Empty when this release does not know the type. */
    Optional<Object> read(byte[] octets) {
        if (octets.length == 1 && octets[0] == 0) {
            return Optional.of(NullValue.INSTANCE);
        }
        var buffer = ByteBuffer.wrap(octets);
        var type = new byte[buffer.get() & 0xFF];
        buffer.get(type);
        int schema = buffer.getShort() & 0xFFFF;
        var rest = new byte[buffer.remaining()];
        buffer.get(rest);
        return codec.decode(new Encoded(new String(type, StandardCharsets.UTF_8), schema, rest));
    }

    static boolean isAbsence(Object value) {
        return value instanceof NullValue;
    }
}

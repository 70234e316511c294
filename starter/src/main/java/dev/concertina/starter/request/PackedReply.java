package dev.concertina.starter.request;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Script} returned: a list, or one value as a list of it. It comes as one string of
 * MessagePack, because Redis 6.2 writes every part of a nested reply to the socket on its own.
 * Strings are {@code byte[]}, numbers {@link Long}; as in a plain reply true is 1, false is null,
 * and what follows the point of a number is cut off.
 *
 * @see <a href="https://github.com/msgpack/msgpack/blob/master/spec.md">MessagePack</a>
 */
final class PackedReply extends CommandOutput<byte[], byte[], List<@Nullable Object>> {
    PackedReply() {
        super(ByteArrayCodec.INSTANCE, List.of());
    }

    @Override
    public void set(@Nullable ByteBuffer bytes) {
        if (bytes != null) {
            output = read(bytes);
        }
    }

    @SuppressWarnings("unchecked")
    private static List<@Nullable Object> read(ByteBuffer packed) {
        var value = value(packed);
        if (value instanceof List<?> list) {
            return (List<@Nullable Object>) list;
        }
        var alone = new ArrayList<@Nullable Object>(1);
        alone.add(value);
        return alone;
    }

    private static @Nullable Object value(ByteBuffer in) {
        int type = in.get() & 0xff;
        if (type < 0x80) {
            return (long) type;
        }
        if (type >= 0xe0) {
            return (long) (byte) type;
        }
        if (type >= 0xa0 && type < 0xc0) {
            return bytes(in, type & 0x1f);
        }
        if (type >= 0x90 && type < 0xa0) {
            return list(in, type & 0x0f);
        }
        if (type < 0x90) {
            return named(in, type & 0x0f);
        }
        return switch (type) {
            case 0xc0, 0xc2 -> null;
            case 0xc3 -> 1L;
            case 0xc4, 0xd9 -> bytes(in, in.get() & 0xff);
            case 0xc5, 0xda -> bytes(in, in.getShort() & 0xffff);
            case 0xc6, 0xdb -> bytes(in, in.getInt());
            case 0xca -> (long) in.getFloat();
            case 0xcb -> (long) in.getDouble();
            case 0xcc -> in.get() & 0xffL;
            case 0xcd -> in.getShort() & 0xffffL;
            case 0xce -> in.getInt() & 0xffff_ffffL;
            case 0xcf, 0xd3 -> in.getLong();
            case 0xd0 -> (long) in.get();
            case 0xd1 -> (long) in.getShort();
            case 0xd2 -> (long) in.getInt();
            case 0xdc -> list(in, in.getShort() & 0xffff);
            case 0xdd -> list(in, in.getInt());
            default -> throw unknown(type);
        };
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        var bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static List<@Nullable Object> list(ByteBuffer in, int size) {
        var list = new ArrayList<@Nullable Object>(size);
        for (int i = 0; i < size; i++) {
            list.add(value(in));
        }
        return list;
    }

    // What redis.call gives for a status, as PING's.
    private static Object named(ByteBuffer in, int size) {
        if (size == 1 && value(in) instanceof byte[] name && name.length == 2 && name[0] == 'o') {
            return Objects.requireNonNull(value(in));
        }
        throw unknown(0x80 | size);
    }

    private static IllegalStateException unknown(int type) {
        return new IllegalStateException(
                "a script returned what no reply can hold, MessagePack type 0x"
                        + Integer.toHexString(type));
    }
}

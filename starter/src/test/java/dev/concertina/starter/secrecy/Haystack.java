package dev.concertina.starter.secrecy;

import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Everything a Redis holds: each key with its content, as commands give it, and the RDB file. */
final class Haystack {
    private final String all;
    private final List<String> keys;

    private Haystack(byte[] all, List<String> keys) {
        // One character for each octet.
        this.all = new String(all, StandardCharsets.ISO_8859_1);
        this.keys = List.copyOf(keys);
    }

    static Haystack of(RedisCommands<byte[], byte[]> redis, Path folder) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var keys = new ArrayList<String>();
        ScanCursor at = ScanCursor.INITIAL;
        do {
            var found = redis.scan(at);
            for (var key : found.getKeys()) {
                keys.add(new String(key, StandardCharsets.UTF_8));
                bytes.writeBytes(key);
                bytes.writeBytes(redis.dump(key));
                content(redis, key).forEach(bytes::writeBytes);
            }
            at = found;
        } while (!at.isFinished());
        redis.configSet("rdbcompression", "no");
        redis.configSet("dir", folder.toString());
        redis.save();
        bytes.writeBytes(Files.readAllBytes(folder.resolve("dump.rdb")));
        return new Haystack(bytes.toByteArray(), keys);
    }

    private static List<byte[]> content(RedisCommands<byte[], byte[]> redis, byte[] key) {
        var content = new ArrayList<byte[]>();
        switch (redis.type(key)) {
            case "hash" ->
                    redis.hgetall(key)
                            .forEach((name, value) -> {
                                content.add(name);
                                content.add(value);
                            });
            case "zset" -> content.addAll(redis.zrange(key, 0, -1));
            case "string" -> content.add(redis.get(key));
            // Whatever else there is, DUMP and the file hold it too.
            default -> {}
        }
        return content;
    }

    List<String> keys() {
        return keys;
    }

    int size() {
        return all.length();
    }

    /** In which form the text is there, if it is. */
    Optional<String> form(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var hex = HexFormat.of().formatHex(bytes);
        return has("plain", latin(bytes))
                .or(() -> has("UTF-16", latin(text.getBytes(StandardCharsets.UTF_16LE))))
                .or(() -> has("UTF-16", latin(text.getBytes(StandardCharsets.UTF_16BE))))
                .or(() -> has("hex", hex))
                .or(() -> has("hex", hex.toUpperCase(Locale.ROOT)))
                .or(() -> base64(bytes));
    }

    private Optional<String> has(String form, String needle) {
        return all.contains(needle) ? Optional.of(form) : Optional.empty();
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    // Whatever stands before and behind it, the characters between depend on it alone.
    private Optional<String> base64(byte[] bytes) {
        for (int shift = 0; shift < 3; shift++) {
            var shifted = new byte[bytes.length + shift];
            System.arraycopy(bytes, 0, shifted, shift, bytes.length);
            int from = shift == 0 ? 0 : 4;
            int until = shifted.length / 3 * 4;
            for (var encoder : Arrays.asList(Base64.getEncoder(), Base64.getUrlEncoder())) {
                var text = encoder.encodeToString(shifted).substring(from, until);
                if (all.contains(text)) {
                    return Optional.of("base64");
                }
            }
        }
        return Optional.empty();
    }
}

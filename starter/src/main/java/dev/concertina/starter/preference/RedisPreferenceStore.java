package dev.concertina.starter.preference;

import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.Script;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Choices as one Redis hash a person, read and written by one command. */
final class RedisPreferenceStore implements PreferenceStore, PreferenceStore.Asking {
    // ARGV: life, and how much of it may have passed unnoted, in ms.
    private static final String READ =
            """
            local left = redis.call('PTTL', keys[1])
            if left < 0 then return {} end
            if left < tonumber(args[1]) - tonumber(args[2]) then
              redis.call('PEXPIRE', keys[1], args[1])
            end
            return redis.call('HGETALL', keys[1])
            """;

    private static final Script READ_ALONE = new Script("local keys, args = KEYS, ARGV\n" + READ);

    // ARGV: life in ms, how many, name, and the value unless it is forgotten.
    private static final Script WRITE =
            new Script(
                    """
                    local key, name, value = KEYS[1], ARGV[3], ARGV[4]
                    if not value then
                      redis.call('HDEL', key, name)
                    elseif redis.call('HEXISTS', key, name) == 1
                        or redis.call('HLEN', key) < tonumber(ARGV[2]) then
                      redis.call('HSET', key, name, value)
                    else
                      return {0}
                    end
                    redis.call('PEXPIRE', key, ARGV[1])
                    return {1}
                    """);

    private final Redis redis;
    private final String prefix;
    private final byte[] life;
    private final byte[] visit;
    private final byte[] max;

    RedisPreferenceStore(Redis redis, Duration life, int max) {
        this.redis = redis;
        this.prefix = redis.namespace() + ":p:{";
        this.life = bytes(Long.toString(life.toMillis()));
        this.visit = bytes(Long.toString(VISIT.toMillis()));
        this.max = bytes(Integer.toString(max));
    }

    @Override
    public Map<String, String> read(Owner owner) {
        return found(redis.call(READ_ALONE, List.of(key(owner)), List.of(life, visit)));
    }

    @Override
    public boolean write(Owner owner, String name, Optional<String> value) {
        var arguments =
                value.map(text -> List.of(life, max, bytes(name), bytes(text)))
                        .orElse(List.of(life, max, bytes(name)));
        var reply = redis.call(WRITE, List.of(key(owner)), arguments);
        return Long.valueOf(1).equals(reply.getFirst());
    }

    @Override
    public Optional<Asking> asking() {
        return Optional.of(this);
    }

    @Override
    public String script() {
        return READ;
    }

    @Override
    public Question question(Owner owner) {
        return new Question(List.of(key(owner)), List.of(life, visit));
    }

    @Override
    public Map<String, String> found(List<@Nullable Object> reply) {
        var values = new HashMap<String, String>();
        for (int i = 0; i + 1 < reply.size(); i += 2) {
            if (reply.get(i) instanceof byte[] name && reply.get(i + 1) instanceof byte[] value) {
                values.put(text(name), text(value));
            }
        }
        return Map.copyOf(values);
    }

    private byte[] key(Owner owner) {
        return bytes(prefix + owner.key() + "}");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

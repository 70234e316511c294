package dev.concertina.starter.token;

import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.Script;
import dev.concertina.starter.request.UserTag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Logins as Redis hashes, and one hash per user of what was revoked: {@code *} is the time before
 * which everything is, {@code j:} and {@code f:} begin the names of single tokens and logins. All
 * keys of a user carry the same tag in braces, so that a cluster keeps them together.
 */
final class RedisTokenStore implements TokenStore, TokenStore.Asking {
    /** Of keys {revoked}, arguments {token, login, issued at}. */
    static final String REVOKED =
            """
            local m = redis.call('HMGET', keys[1], '*', 'j:' .. args[1], 'f:' .. args[2])
            if m[1] and tonumber(args[3]) <= tonumber(m[1]) then return {1}, true end
            if m[2] or m[3] then return {1}, true end
            return {0}
            """;

    // What ran out is dropped whenever something is added; the key lives as long as its last entry.
    private static final String HEAD =
            """
            local t = redis.call('TIME')
            local now = t[1] * 1000 + math.floor(t[2] / 1000)
            local function whole(number) return string.format('%.0f', number) end
            local function remember(key, name, value, stop)
              local all = redis.call('HGETALL', key)
              for i = 1, #all, 2 do
                if all[i] ~= '*' and tonumber(all[i + 1]) <= now then
                  redis.call('HDEL', key, all[i])
                end
              end
              redis.call('HSET', key, name, whole(value))
              if stop - now > redis.call('PTTL', key) then
                redis.call('PEXPIRE', key, whole(stop - now))
              end
            end
            """;

    static final String OPEN =
            """
            local cut = tonumber(redis.call('HGET', KEYS[2], '*') or '0')
            local at, stop = math.max(now, cut + 1), now + tonumber(ARGV[1])
            redis.call('HSET', KEYS[1], 'g', '1', 'c', whole(at), 'r', whole(now),
              'x', whole(stop), 'u', ARGV[2])
            redis.call('PEXPIRE', KEYS[1], ARGV[1])
            return {1, 1, at, stop, ARGV[2]}
            """;

    static final String REFRESH =
            """
            local m = redis.call('HMGET', KEYS[1], 'g', 'c', 'r', 'x', 'u')
            if not m[1] then return {0} end
            local g, stop, asked = tonumber(m[1]), tonumber(m[4]), tonumber(ARGV[1])
            local cut = tonumber(redis.call('HGET', KEYS[2], '*') or '0')
            if now >= stop or tonumber(m[2]) <= cut then
              redis.call('DEL', KEYS[1])
              return {0}
            end
            local at = math.max(now, cut + 1)
            if asked == g then
              redis.call('HSET', KEYS[1], 'g', whole(g + 1), 'r', whole(now))
              return {1, g + 1, at, stop, m[5]}
            end
            if asked == g - 1 and now - tonumber(m[3]) < tonumber(ARGV[2]) then
              return {1, g, at, stop, m[5]}
            end
            redis.call('DEL', KEYS[1])
            remember(KEYS[2], ARGV[3], now + tonumber(ARGV[4]), now + tonumber(ARGV[4]))
            return {2}
            """;

    private static final String END =
            """
            redis.call('DEL', KEYS[1])
            remember(KEYS[2], ARGV[1], now + tonumber(ARGV[2]), now + tonumber(ARGV[2]))
            return {}
            """;

    private static final String REVOKE =
            """
            local stop = tonumber(ARGV[2])
            if stop > now then remember(KEYS[1], ARGV[1], stop, stop) end
            return {}
            """;

    private static final String REVOKE_ALL =
            """
            local cut = tonumber(redis.call('HGET', KEYS[1], '*') or '0')
            remember(KEYS[1], '*', math.max(now, cut), now + tonumber(ARGV[1]))
            return {}
            """;

    private final Redis redis;
    private final Duration remembered;
    private final Duration lifetime;
    private final Script open;
    private final Script refresh;
    private final Script end = new Script(HEAD + END);
    private final Script revoke = new Script(HEAD + REVOKE);
    private final Script revokeAll = new Script(HEAD + REVOKE_ALL);
    private final Script revoked;

    /**
     * @param remembered how long an access token can still be accepted after it was issued
     * @param lifetime of a login
     */
    RedisTokenStore(Redis redis, Duration remembered, Duration lifetime) {
        this(redis, remembered, lifetime, OPEN, REFRESH, REVOKED);
    }

    /** With scripts that may lack a guard, so that a test can see it missed. */
    RedisTokenStore(
            Redis redis,
            Duration remembered,
            Duration lifetime,
            String open,
            String refresh,
            String revoked) {
        this.redis = redis;
        this.remembered = remembered;
        this.lifetime = lifetime.compareTo(remembered) > 0 ? lifetime : remembered;
        this.open = new Script(HEAD + open);
        this.refresh = new Script(HEAD + refresh);
        this.revoked = new Script("local keys, args = KEYS, ARGV\n" + revoked);
    }

    @Override
    public Login open(FamilyKey key, Duration lifetime, byte[] content) {
        return login(redis.call(open, keys(key), List.of(millis(lifetime), content)));
    }

    @Override
    public Turned refresh(FamilyKey key, long generation, Duration grace) {
        var arguments =
                List.of(
                        bytes(Long.toString(generation)),
                        millis(grace),
                        bytes("f:" + key.hash()),
                        millis(remembered));
        var reply = redis.call(refresh, keys(key), arguments);
        return switch ((int) number(reply, 0)) {
            case 0 -> new Turned.Ended();
            case 1 -> new Turned.Current(login(reply));
            default -> new Turned.Reused();
        };
    }

    private static Login login(List<@Nullable Object> reply) {
        return new Login(
                number(reply, 1),
                Instant.ofEpochMilli(number(reply, 2)),
                Instant.ofEpochMilli(number(reply, 3)),
                (byte[]) part(reply, 4));
    }

    @Override
    public void end(FamilyKey key) {
        var arguments = List.of(bytes("f:" + key.hash()), millis(remembered));
        var unused = redis.call(end, keys(key), arguments);
    }

    @Override
    public void revoke(Access access) {
        var stop = bytes(Long.toString(access.end().toEpochMilli()));
        var arguments = List.of(bytes("j:" + access.id()), stop);
        var unused = redis.call(revoke, List.of(revokedKey(access.user())), arguments);
    }

    @Override
    public void revokeAll(UserTag user) {
        var unused = redis.call(revokeAll, List.of(revokedKey(user)), List.of(millis(lifetime)));
    }

    @Override
    public boolean revoked(Access access) {
        var question = question(access);
        return revoked(redis.call(revoked, question.keys(), question.arguments()));
    }

    @Override
    public Optional<Asking> asking() {
        return Optional.of(this);
    }

    @Override
    public String script() {
        return REVOKED;
    }

    @Override
    public Question question(Access access) {
        return new Question(
                List.of(revokedKey(access.user())),
                List.of(
                        bytes(access.id()),
                        bytes(access.family()),
                        bytes(Long.toString(access.issuedMillis()))));
    }

    @Override
    public boolean revoked(List<@Nullable Object> reply) {
        return number(reply, 0) != 0;
    }

    private List<byte[]> keys(FamilyKey key) {
        return List.of(bytes(prefix(key.user()) + "f:" + key.hash()), revokedKey(key.user()));
    }

    private byte[] revokedKey(UserTag user) {
        return bytes(prefix(user) + "r");
    }

    private String prefix(UserTag user) {
        return redis.namespace() + ":t:{" + user.value() + "}:";
    }

    private static byte[] millis(Duration duration) {
        return bytes(Long.toString(duration.toMillis()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long number(List<@Nullable Object> reply, int index) {
        return (Long) part(reply, index);
    }

    private static Object part(List<@Nullable Object> reply, int index) {
        var part = reply.get(index);
        if (part == null) {
            throw new IllegalStateException("Redis left out part " + index + " of its reply");
        }
        return part;
    }
}

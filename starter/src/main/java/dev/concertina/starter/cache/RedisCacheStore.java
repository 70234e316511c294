package dev.concertina.starter.cache;

import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.Script;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Values as Redis strings, and the list of what became invalid as a stream whose ids count up by
 * one. A value begins with the generation of its cache, which {@code clear} raises. All keys carry
 * one hash tag, because a value and the list change in one script.
 */
final class RedisCacheStore implements CacheStore, CacheStore.Asking {
    private static final SecureRandom RANDOM = new SecureRandom();

    // Redis keeps the last id of a stream that was trimmed, but not of one that was deleted.
    private static final String HEAD =
            "local kept = "
                    + KEPT
                    + "\n"
                    + """
                    local function head()
                      local e = redis.call('XREVRANGE', keys[1], '+', '-', 'COUNT', 1)[1]
                      if e then return tonumber(string.match(e[1], '^%d+')), e[2][2] end
                      return 0, ''
                    end
                    local function append(mark, what)
                      local at = head() + 1
                      redis.call('XADD', keys[1], 'MAXLEN', '~', kept,
                        string.format('%.0f-0', at), 'm', mark, 'w', what)
                      return at
                    end
                    local function value()
                      local v = redis.call('GET', keys[3])
                      if not v then return nil end
                      local g = redis.call('GET', keys[2]) or '0'
                      if string.sub(v, 1, #g + 1) ~= g .. ':' then return nil end
                      return string.sub(v, #g + 2)
                    end
                    -- What a lease says: whose it is, and before which clearing it was taken out.
                    local function lease(token)
                      return token .. ':' .. (redis.call('GET', keys[2]) or '0')
                    end
                    local function keep(bytes, life)
                      local g = redis.call('GET', keys[2]) or '0'
                      redis.call('SET', keys[3], g .. ':' .. bytes, 'PX', life)
                    end
                    """;

    private static final String ALONE = "local keys, args = KEYS, ARGV\n" + HEAD;

    // args: sequence and mark of what is known, mark of a first entry, entries at most
    static final String MISSED =
            HEAD
                    + """
                    local since = tonumber(args[1])
                    if since > 0 then
                      local max = tonumber(args[4])
                      local e = redis.call('XRANGE', keys[1], args[1] .. '-0', '+',
                        'COUNT', max + 2)
                      if e[1] and e[1][1] == args[1] .. '-0' and e[1][2][2] == args[2]
                          and #e <= max + 1 then
                        if #e == 1 then return {1} end
                        local out = {1, e[#e][2][2]}
                        for i = 2, #e do
                          out[2 * i - 1] = tonumber(string.match(e[i][1], '^%d+'))
                          out[2 * i] = e[i][2][4]
                        end
                        return out
                      end
                    end
                    local at, mark = head()
                    if at == 0 then
                      at, mark = append(args[3], ''), args[3]
                    end
                    return {0, at, mark}
                    """;

    private static final Script MISSED_ALONE =
            new Script("local keys, args = KEYS, ARGV\n" + MISSED);

    // keys: list, generation, value, lease
    private static final Script GET =
            new Script(
                    ALONE
                            + """
                            local at = head()
                            local v = value()
                            if v then return {1, at, v, redis.call('PTTL', keys[3])} end
                            if args[2] ~= '0' and
                                redis.call('SET', keys[4], lease(args[1]), 'NX', 'PX', args[2]) then
                              return {0, at, 1}
                            end
                            return {0, at, 0}
                            """);

    private static final Script LEASE =
            new Script(
                    ALONE
                            + """
                            if redis.call('SET', keys[4], lease(args[1]), 'NX', 'PX', args[2]) then
                              return {1}
                            end
                            return {0}
                            """);

    private static final Script FILL =
            new Script(
                    ALONE
                            + """
                            if redis.call('GET', keys[4]) ~= lease(args[1]) then return {0} end
                            redis.call('DEL', keys[4])
                            keep(args[2], args[3])
                            return {1, head()}
                            """);

    private static final Script RELEASE =
            new Script(
                    ALONE
                            + """
                            if redis.call('GET', keys[4]) == lease(args[1]) then
                              redis.call('DEL', keys[4])
                            end
                            return {}
                            """);

    // args: mark, entry of the list, value, life
    private static final Script PUT =
            new Script(
                    ALONE
                            + """
                            redis.call('DEL', keys[4])
                            keep(args[3], args[4])
                            return {append(args[1], args[2])}
                            """);

    private static final Script PUT_IF_ABSENT =
            new Script(
                    ALONE
                            + """
                            local v = value()
                            if v then return {head(), v, redis.call('PTTL', keys[3])} end
                            redis.call('DEL', keys[4])
                            keep(args[3], args[4])
                            return {append(args[1], args[2])}
                            """);

    private static final Script EVICT =
            new Script(
                    ALONE
                            + """
                            local existed = value() and 1 or 0
                            redis.call('DEL', keys[3], keys[4])
                            return {append(args[1], args[2]), existed}
                            """);

    // keys: list, generation
    private static final Script CLEAR =
            new Script(
                    ALONE
                            + """
                            redis.call('INCR', keys[2])
                            return {append(args[1], args[2])}
                            """);

    private final Redis redis;
    private final String prefix;

    RedisCacheStore(Redis redis) {
        this.redis = redis;
        this.prefix = redis.namespace() + ":c:{cache}:";
    }

    @Override
    public Optional<Asking> asking() {
        return Optional.of(this);
    }

    @Override
    public String script() {
        return MISSED;
    }

    @Override
    public Question question(Position since) {
        return new Question(
                List.of(list()),
                List.of(
                        number(since.sequence()),
                        bytes(since.mark()),
                        bytes(mark()),
                        number(CAUGHT_UP_MAX)));
    }

    @Override
    public Missed missed(Position since) {
        var question = question(since);
        return missed(since, redis.call(MISSED_ALONE, question.keys(), question.arguments()));
    }

    @Override
    public Missed missed(Position since, List<@Nullable Object> reply) {
        if (number(reply, 0) == 0) {
            return new Missed.Unknown(new Position(number(reply, 1), text(reply, 2)));
        }
        var entries = new ArrayList<Invalidation>();
        for (int i = 2; i + 1 < reply.size(); i += 2) {
            entries.add(invalidation(number(reply, i), text(reply, i + 1)));
        }
        return new Missed.Known(
                entries.isEmpty()
                        ? since
                        : new Position(entries.getLast().sequence(), text(reply, 1)),
                entries);
    }

    private static Invalidation invalidation(long sequence, String what) {
        int end = what.indexOf('\0');
        return end < 0
                ? new Invalidation(sequence, what, Optional.empty())
                : new Invalidation(
                        sequence, what.substring(0, end), Optional.of(what.substring(end + 1)));
    }

    @Override
    public Got get(EntryName name, String token, Duration lease) {
        var reply = redis.call(GET, keys(name), List.of(bytes(token), number(lease.toMillis())));
        long asOf = number(reply, 1);
        return number(reply, 0) == 1
                ? new Got.Value(part(reply, 2), asOf, Duration.ofMillis(number(reply, 3)))
                : new Got.Nothing(asOf, number(reply, 2) == 1);
    }

    @Override
    public boolean lease(EntryName name, String token, Duration lease) {
        var arguments = List.of(bytes(token), number(lease.toMillis()));
        return number(redis.call(LEASE, keys(name), arguments), 0) == 1;
    }

    @Override
    public OptionalLong fill(EntryName name, String token, byte[] value, Duration life) {
        var arguments = List.of(bytes(token), value, number(life.toMillis()));
        var reply = redis.call(FILL, keys(name), arguments);
        return number(reply, 0) == 1 ? OptionalLong.of(number(reply, 1)) : OptionalLong.empty();
    }

    @Override
    public void release(EntryName name, String token) {
        var unused = redis.call(RELEASE, keys(name), List.of(bytes(token)));
    }

    @Override
    public long put(EntryName name, byte[] value, Duration life) {
        return number(redis.call(PUT, keys(name), writing(name, value, life)), 0);
    }

    @Override
    public Claimed putIfAbsent(EntryName name, byte[] value, Duration life) {
        var reply = redis.call(PUT_IF_ABSENT, keys(name), writing(name, value, life));
        long at = number(reply, 0);
        return reply.size() == 1
                ? new Claimed(Optional.empty(), at)
                : new Claimed(
                        Optional.of(
                                new Got.Value(
                                        part(reply, 1), at, Duration.ofMillis(number(reply, 2)))),
                        at);
    }

    private static List<byte[]> writing(EntryName name, byte[] value, Duration life) {
        return List.of(
                bytes(mark()),
                bytes(name.cache() + '\0' + name.key()),
                value,
                number(life.toMillis()));
    }

    @Override
    public Evicted evict(EntryName name) {
        var arguments = List.of(bytes(mark()), bytes(name.cache() + '\0' + name.key()));
        var reply = redis.call(EVICT, keys(name), arguments);
        return new Evicted(number(reply, 1) == 1, number(reply, 0));
    }

    @Override
    public long clear(String cache) {
        var keys = List.of(list(), generation(cache));
        return number(redis.call(CLEAR, keys, List.of(bytes(mark()), bytes(cache))), 0);
    }

    private List<byte[]> keys(EntryName name) {
        var value = prefix + "v:" + name.cache() + ':' + name.key();
        return List.of(list(), generation(name.cache()), bytes(value), bytes(value + ":lease"));
    }

    private byte[] list() {
        return bytes(prefix + "invalid");
    }

    private byte[] generation(String cache) {
        return bytes(prefix + "g:" + cache);
    }

    private static String mark() {
        var chance = new byte[9];
        RANDOM.nextBytes(chance);
        return Base64.getUrlEncoder().encodeToString(chance);
    }

    private static byte[] part(List<@Nullable Object> reply, int index) {
        return reply.get(index) instanceof byte[] bytes ? bytes : new byte[0];
    }

    private static String text(List<@Nullable Object> reply, int index) {
        return new String(part(reply, index), StandardCharsets.UTF_8);
    }

    private static long number(List<@Nullable Object> reply, int index) {
        return reply.get(index) instanceof Long number ? number : 0;
    }

    private static byte[] number(long number) {
        return bytes(Long.toString(number));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

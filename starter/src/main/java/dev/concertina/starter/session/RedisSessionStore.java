package dev.concertina.starter.session;

import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.Script;
import dev.concertina.starter.request.UserTag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sessions as Redis hashes: {@code ~} begins the name of a field of our own, {@code :} that of an
 * attribute. Redis' own clock decides; every script names all its keys.
 */
final class RedisSessionStore implements SessionStore, SessionStore.Asking {
    static final String FIND =
            """
            local m = redis.call('HMGET', keys[1], '~v', '~a', '~i', '~x')
            if not m[1] then return {0} end
            local last, idle, stop = tonumber(m[2]), tonumber(m[3]), tonumber(m[4])
            if now >= stop or (idle > 0 and now - last >= idle) then
              redis.call('DEL', keys[1])
              return {0}
            end
            local every, touched = tonumber(args[2]), 0
            if idle > 0 and every > idle / 10 then every = idle / 10 end
            if now - last >= every then
              redis.call('HSET', keys[1], '~a', string.format('%.0f', now))
              local left = stop - now
              local grace = tonumber(args[3])
              if idle > 0 and idle + grace < left then left = idle + grace end
              redis.call('PEXPIRE', keys[1], string.format('%.0f', left))
              last, touched = now, 1
            end
            if m[1] == args[1] then return {1, touched, last} end
            return {2, touched, last, redis.call('HGETALL', keys[1])}
            """;

    /** The tag of the user whose session it is, as long as it is one. */
    static final String USER =
            """
            local m = redis.call('HMGET', keys[1], '~u', '~a', '~i', '~x')
            if not m[1] or m[1] == '-' then return nil end
            local idle = tonumber(m[3])
            if now >= tonumber(m[4]) or (idle > 0 and now - tonumber(m[2]) >= idle) then return nil end
            return m[1]
            """;

    static final String SAVE =
            """
            local key, to, op = KEYS[1], KEYS[2], ARGV[1]
            local owner, idle, lifetime = ARGV[2], ARGV[3], tonumber(ARGV[4])
            local grace, tombstone = tonumber(ARGV[5]), ARGV[6]
            local t = redis.call('TIME')
            local now = t[1] * 1000 + math.floor(t[2] / 1000)
            local m = redis.call('HMGET', key, '~v', '~m', '~op', '~i', '~x', '~a')
            if m[2] then
              if to and m[2] == to then
                local v = redis.call('HGET', to, '~v')
                if v then return {1, v} end
                return {0}
              end
              return {2, m[2]}
            end
            local version, ops, last, stop = 0, '', now, now + lifetime
            if m[1] then
              if string.find(m[3], op, 1, true) then return {1, m[1]} end
              version = tonumber(string.match(m[1], '^%d+'))
              ops, last, stop = m[3], tonumber(m[6]), tonumber(m[5])
              if idle == '' then idle = m[4] end
              local idleMs = tonumber(m[4])
              if now >= stop or (idleMs > 0 and now - last >= idleMs) then
                redis.call('DEL', key)
                return {0}
              end
            elseif owner == '' then
              return {0}
            else
              redis.call('HSET', key, '~o', owner, '~c', string.format('%.0f', now),
                '~a', string.format('%.0f', now), '~x', string.format('%.0f', stop))
            end
            local v = string.format('%.0f', version + 1) .. ':' .. op
            redis.call('HSET', key, '~v', v, '~i', idle,
              '~op', string.sub(op .. ',' .. ops, 1, 8 * (#op + 1)))
            if ARGV[7] ~= '' then redis.call('HSET', key, '~u', ARGV[7]) end
            local i, puts = 9, tonumber(ARGV[8])
            for _ = 1, puts do
              redis.call('HSET', key, ARGV[i], ARGV[i + 1])
              i = i + 2
            end
            for j = i, #ARGV do redis.call('HDEL', key, ARGV[j]) end
            local left, idleMs = stop - now, tonumber(idle)
            if idleMs > 0 and last + idleMs + grace - now < left then
              left = last + idleMs + grace - now
            end
            redis.call('PEXPIRE', key, string.format('%.0f', math.max(left, 1)))
            if to then
              redis.call('RENAME', key, to)
              redis.call('HSET', key, '~m', to)
              redis.call('PEXPIRE', key, tombstone)
            end
            return {1, v}
            """;

    static final String DELETE =
            """
            local to = redis.call('HGET', KEYS[1], '~m')
            if to then return {to} end
            redis.call('DEL', KEYS[1])
            return {}
            """;

    private final Redis redis;
    private final String prefix;
    private final Duration lifetime;
    private final Script find;
    private final Script save;
    private final Script delete;

    RedisSessionStore(Redis redis, Duration lifetime) {
        this(redis, lifetime, FIND, SAVE, DELETE);
    }

    /** With scripts that may lack a guard, so that a test can see it missed. */
    RedisSessionStore(Redis redis, Duration lifetime, String find, String save, String delete) {
        this.redis = redis;
        this.prefix = redis.namespace() + ":s:";
        this.lifetime = lifetime;
        this.find =
                new Script(
                        """
                        local t = redis.call('TIME')
                        local now = t[1] * 1000 + math.floor(t[2] / 1000)
                        local keys, args = KEYS, ARGV
                        """
                                + find);
        this.save = new Script(save);
        this.delete = new Script(delete);
    }

    @Override
    public Optional<Asking> asking() {
        return Optional.of(this);
    }

    @Override
    public String script() {
        return FIND;
    }

    @Override
    public String userScript() {
        return USER;
    }

    @Override
    public Question question(SessionKey key, String known, Duration touchEvery) {
        return new Question(
                List.of(name(key)), List.of(bytes(known), millis(touchEvery), millis(GRACE)));
    }

    @Override
    public Found find(SessionKey key, String known, Duration touchEvery) {
        var question = question(key, known, touchEvery);
        return found(redis.call(find, question.keys(), question.arguments()));
    }

    @Override
    public Found found(List<@Nullable Object> reply) {
        int kind = (int) number(reply, 0);
        if (kind == 0) {
            return new Found.Nothing();
        }
        boolean touched = number(reply, 1) == 1;
        var lastAccess = Instant.ofEpochMilli(number(reply, 2));
        return kind == 1
                ? new Found.Same(lastAccess, touched)
                : new Found.Whole(stored((List<?>) part(reply, 3), lastAccess), touched);
    }

    private static Stored stored(List<?> fields, Instant lastAccess) {
        var own = new HashMap<String, String>();
        var values = new HashMap<String, byte[]>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            var name = text(part(fields, i));
            var value = (byte[]) part(fields, i + 1);
            if (name.startsWith(":")) {
                values.put(name.substring(1), value);
            } else {
                own.put(name, text(value));
            }
        }
        return new Stored(
                own.getOrDefault("~o", ""),
                own.getOrDefault("~v", ""),
                Instant.ofEpochMilli(Long.parseLong(own.getOrDefault("~c", "0"))),
                lastAccess,
                Duration.ofMillis(Long.parseLong(own.getOrDefault("~i", "0"))),
                Optional.ofNullable(own.get("~u"))
                        .filter(tag -> !tag.equals(Change.NOBODY))
                        .map(UserTag::new),
                values);
    }

    @Override
    public Outcome save(SessionKey key, Change change) {
        var keys = new ArrayList<byte[]>();
        keys.add(name(key));
        change.moveTo().ifPresent(to -> keys.add(name(to)));
        var reply = redis.call(save, keys, arguments(change));
        return switch ((int) number(reply, 0)) {
            case 0 -> new Outcome.Gone();
            case 1 -> new Outcome.Kept(text(part(reply, 1)));
            default ->
                    new Outcome.Moved(
                            new SessionKey(text(part(reply, 1)).substring(prefix.length())));
        };
    }

    private List<byte[]> arguments(Change change) {
        var arguments = new ArrayList<byte[]>();
        arguments.add(bytes(change.operation()));
        arguments.add(bytes(change.creates().orElse("")));
        arguments.add(change.idle().map(RedisSessionStore::millis).orElse(bytes("")));
        arguments.add(millis(lifetime));
        arguments.add(millis(GRACE));
        arguments.add(millis(TOMBSTONE));
        arguments.add(bytes(change.user().orElse("")));
        arguments.add(bytes(Integer.toString(change.puts().size())));
        for (Map.Entry<String, byte[]> put : change.puts().entrySet()) {
            arguments.add(bytes(":" + put.getKey()));
            arguments.add(put.getValue());
        }
        change.removals().forEach(removal -> arguments.add(bytes(":" + removal)));
        return arguments;
    }

    @Override
    public void delete(SessionKey key) {
        var moved = redis.call(delete, List.of(name(key)), List.of());
        if (!moved.isEmpty()) {
            delete(new SessionKey(text(part(moved, 0)).substring(prefix.length())));
        }
    }

    private byte[] name(SessionKey key) {
        return bytes(prefix + key.value());
    }

    private static byte[] millis(Duration duration) {
        return bytes(Long.toString(duration.toMillis()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    private static long number(List<@Nullable Object> reply, int index) {
        return (Long) part(reply, index);
    }

    private static Object part(List<?> reply, int index) {
        var part = reply.get(index);
        if (part == null) {
            throw new IllegalStateException("Redis left out part " + index + " of its reply");
        }
        return part;
    }
}

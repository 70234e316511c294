package dev.concertina.starter.cache;

import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.Script;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Values as Redis strings, and the list of what became invalid as a stream whose ids count up by
 * one. A value begins with the generation of its cache, which {@code clear} changes. All keys carry
 * one hash tag, because a value and the list change in one script.
 */
final class RedisCacheStore implements CacheStore, CacheStore.Asking {
    /** What this server's clock said, and when that arrived here. */
    private record Clock(String server, long millis, long atNanos) {}

    private final Redis redis;
    private final Duration patience;
    private final String prefix;
    private final String own = Tokens.next();
    private final AtomicLong marks = new AtomicLong();
    private volatile Optional<Clock> clock = Optional.empty();

    RedisCacheStore(Redis redis) {
        this(redis, redis.timeout());
    }

    /**
     * @param patience how long whoever writes waits for the answer
     */
    RedisCacheStore(Redis redis, Duration patience) {
        this.redis = redis;
        this.patience = patience;
        this.prefix = redis.namespace() + ":c:{cache}:";
    }

    @Override
    public Optional<Asking> asking() {
        return Optional.of(this);
    }

    @Override
    public String script() {
        return RedisCacheScripts.MISSED;
    }

    @Override
    public Question question(Position since) {
        return new Question(
                List.of(list()),
                arguments(number(since.sequence()), bytes(since.mark()), number(CAUGHT_UP_MAX)));
    }

    private List<byte[]> arguments(byte[]... own) {
        var all = new ArrayList<byte[]>(own.length + 2);
        all.add(Script.server());
        all.add(bytes(mark()));
        all.addAll(List.of(own));
        return all;
    }

    @Override
    public Missed missed(Position since) {
        var question = question(since);
        var reply =
                redis.call(RedisCacheScripts.MISSED_ALONE, question.keys(), question.arguments());
        return missed(since, reply);
    }

    @Override
    public Missed missed(Position since, List<@Nullable Object> reply) {
        var missed = read(since, reply);
        var mark = missed.now().mark();
        clock =
                Optional.of(
                        new Clock(
                                mark.substring(0, Math.max(0, mark.indexOf('.'))),
                                number(reply, 1),
                                System.nanoTime()));
        return missed;
    }

    private static Missed read(Position since, List<@Nullable Object> reply) {
        if (number(reply, 0) == 0) {
            return new Missed.Unknown(new Position(number(reply, 2), text(reply, 3)));
        }
        var entries = new ArrayList<Invalidation>();
        for (int i = 3; i + 1 < reply.size(); i += 2) {
            entries.add(invalidation(number(reply, i), text(reply, i + 1)));
        }
        return new Missed.Known(
                entries.isEmpty()
                        ? since
                        : new Position(entries.getLast().sequence(), text(reply, 2)),
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
        var arguments = arguments(bytes(token), number(lease.toMillis()));
        var reply = redis.call(RedisCacheScripts.GET, keys(name), arguments);
        long asOf = number(reply, 1);
        return number(reply, 0) == 1
                ? new Got.Value(part(reply, 2), asOf, Duration.ofMillis(number(reply, 3)))
                : new Got.Nothing(asOf, number(reply, 2) == 1);
    }

    @Override
    public boolean lease(EntryName name, String token, Duration lease) {
        var arguments = arguments(bytes(token), number(lease.toMillis()));
        return number(redis.call(RedisCacheScripts.LEASE, keys(name), arguments), 0) == 1;
    }

    @Override
    public OptionalLong fill(EntryName name, String token, byte[] value, Duration life) {
        var arguments = arguments(bytes(token), value, number(life.toMillis()));
        var reply = redis.call(RedisCacheScripts.FILL, keys(name), arguments);
        return number(reply, 0) == 1 ? OptionalLong.of(number(reply, 1)) : OptionalLong.empty();
    }

    @Override
    public void release(EntryName name, String token) {
        var unused = redis.call(RedisCacheScripts.RELEASE, keys(name), arguments(bytes(token)));
    }

    @Override
    public long put(EntryName name, byte[] value, Duration life) {
        return number(write(RedisCacheScripts.PUT, name, value, life), 0);
    }

    @Override
    public Claimed putIfAbsent(EntryName name, byte[] value, Duration life) {
        var reply = write(RedisCacheScripts.PUT_IF_ABSENT, name, value, life);
        long at = number(reply, 0);
        return reply.size() == 1
                ? new Claimed(Optional.empty(), at)
                : new Claimed(
                        Optional.of(
                                new Got.Value(
                                        part(reply, 1), at, Duration.ofMillis(number(reply, 2)))),
                        at);
    }

    private List<@Nullable Object> write(
            Script script, EntryName name, byte[] value, Duration life) {
        var reply = writeInTime(script, name, value, life);
        if (number(reply, 0) < 0) {
            // Its clock is not known well enough, or is another server's.
            var unused = missed(Position.UNKNOWN);
            reply = writeInTime(script, name, value, life);
        }
        if (number(reply, 0) < 0) {
            throw new Outage("a write to the cache reached Redis too late", null);
        }
        return reply;
    }

    private List<@Nullable Object> writeInTime(
            Script script, EntryName name, byte[] value, Duration life) {
        if (clock.isEmpty()) {
            var unused = missed(Position.UNKNOWN);
        }
        var known = clock.orElseThrow();
        // Never later than what the server's clock will say when the call is given up here.
        long deadline =
                known.millis()
                        + Duration.ofNanos(System.nanoTime() - known.atNanos()).toMillis()
                        + patience.toMillis();
        var arguments =
                arguments(
                        bytes(name.cache() + '\0' + name.key()),
                        value,
                        number(life.toMillis()),
                        bytes(known.server()),
                        number(deadline));
        return redis.call(script, keys(name), arguments);
    }

    @Override
    public Evicted evict(EntryName name) {
        var arguments = arguments(bytes(name.cache() + '\0' + name.key()));
        var reply = redis.call(RedisCacheScripts.EVICT, keys(name), arguments);
        return new Evicted(number(reply, 1) == 1, number(reply, 0));
    }

    @Override
    public long clear(String cache) {
        var keys = List.of(list(), generation(cache));
        return number(redis.call(RedisCacheScripts.CLEAR, keys, arguments(bytes(cache))), 0);
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

    private String mark() {
        return own + Long.toString(marks.getAndIncrement(), Character.MAX_RADIX);
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

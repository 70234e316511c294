package dev.concertina.starter.limit;

import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.UserTag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts in Redis, on its clock: all limits of a request pass, or none is counted in. On one server
 * the user is found by the script itself, which then forms the key of the user's bucket. Where keys
 * are spread over servers the user is known before, each slot is asked for its own buckets, and
 * what all instances tell each other is asked for once a second only, because it has one server.
 */
final class SharedCount {
    // KEYS: strict mode, instances (both only if asked for), one bucket per limit.
    // ARGV: prefix, tightening to announce or 0, for how many ms, instance to note or nothing,
    // tightening in force or nothing to ask for it, user if known or nothing,
    // then per limit: step, burst, cost, suffix of the user's bucket or nothing.
    static final String SCRIPT =
            """
            local us = t[1] * 1000000 + t[2]
            local permille, left, instances, shift = tonumber(args[5]), 0, 0, 0
            if not permille then
              permille, shift = 1000, 2
              local strict = redis.call('GET', keys[1])
              local announced = tonumber(args[2])
              if announced > 0 and (not strict or tonumber(strict) >= announced) then
                redis.call('SET', keys[1], args[2], 'PX', args[3])
                strict = args[2]
              end
              if strict then
                permille = tonumber(strict)
                left = redis.call('PTTL', keys[1])
              end
              if args[4] ~= '' then
                redis.call('ZADD', keys[2], string.format('%.0f', now), args[4])
                redis.call('ZREMRANGEBYSCORE', keys[2], '-inf', string.format('%.0f', now - 15000))
                redis.call('PEXPIRE', keys[2], 15000)
                instances = redis.call('ZCARD', keys[2])
              end
            end
            local names, next, ahead = {}, {}, {}
            local who, passed = '', true
            for i = 1, (#args - 6) / 4 do
              local p = 6 + (i - 1) * 4
              local step, burst, cost = tonumber(args[p + 1]), tonumber(args[p + 2]), tonumber(args[p + 3])
              if permille < 1000 then
                step = math.ceil(step * 1000 / permille)
                burst = math.max(cost, math.floor(burst * permille / 1000))
              end
              names[i] = keys[shift + i]
              if args[p + 4] ~= '' then
                who = user() or args[6]
                if who ~= '' then names[i] = args[1] .. who .. args[p + 4] end
              end
              local tat = math.max(tonumber(redis.call('GET', names[i]) or 0), us)
              ahead[i] = tat - us
              next[i] = tat + step * cost
              if next[i] - us > step * burst then passed = false end
            end
            local reply = {passed and 1 or 0, who, permille, left, instances}
            for i = 1, #names do
              if passed then
                ahead[i] = next[i] - us
                redis.call('SET', names[i], string.format('%.0f', next[i]),
                  'PX', string.format('%.0f', math.ceil(ahead[i] / 1000) + 1))
              end
              reply[5 + i] = ahead[i]
            end
            return reply, not passed
            """;

    private static final byte[] NOTHING = {};
    private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

    private final String prefix;
    private final Strictness strictness;
    private final Fleet fleet;
    private final LongSupplier nanos;
    private final AtomicLong nextNanos;

    SharedCount(String prefix, Strictness strictness, Fleet fleet, LongSupplier nanos) {
        this.prefix = prefix;
        this.strictness = strictness;
        this.fleet = fleet;
        this.nanos = nanos;
        this.nextNanos = new AtomicLong(nanos.getAsLong());
    }

    /**
     * Everything at once.
     *
     * @param user who it is if the script does not find out
     */
    Question question(List<Bucket> buckets, Optional<UserTag> user) {
        var keys = new ArrayList<byte[]>(2 + buckets.size());
        keys.addAll(commonKeys());
        var arguments = arguments(user);
        for (var bucket : buckets) {
            keys.add(bytes(bucket.name()));
            add(
                    arguments,
                    bucket,
                    bucket.byUser() ? bytes(Bucket.suffix(bucket.limit())) : NOTHING);
        }
        return new Question(keys, arguments);
    }

    /** What all instances tell each other, when it is time to ask. */
    Optional<Question> common() {
        long now = nanos.getAsLong();
        long next = nextNanos.get();
        boolean due = now - next >= 0 || strictness.announcement().permille() > 0;
        return due && nextNanos.compareAndSet(next, now + EVERY_NANOS)
                ? Optional.of(new Question(commonKeys(), arguments(Optional.empty())))
                : Optional.empty();
    }

    /** Buckets of one slot, and nothing else. */
    Question apart(List<Bucket> buckets, Optional<UserTag> user, int permille) {
        var keys = new ArrayList<byte[]>(buckets.size());
        var arguments = new ArrayList<byte[]>(6 + 4 * buckets.size());
        arguments.addAll(
                List.of(bytes(prefix), number(0), number(0), NOTHING, number(permille), NOTHING));
        for (var bucket : buckets) {
            keys.add(bytes(bucket.name(prefix, user)));
            add(arguments, bucket, NOTHING);
        }
        return new Question(keys, arguments);
    }

    private List<byte[]> commonKeys() {
        return List.of(bytes(prefix + "fleet}:strict"), bytes(prefix + "fleet}:instances"));
    }

    private List<byte[]> arguments(Optional<UserTag> user) {
        var announcement = strictness.announcement();
        var arguments = new ArrayList<byte[]>();
        arguments.add(bytes(prefix));
        arguments.add(number(announcement.permille()));
        arguments.add(number(announcement.hold().toMillis()));
        arguments.add(fleet.due().map(SharedCount::bytes).orElse(NOTHING));
        arguments.add(NOTHING);
        arguments.add(user.map(tag -> bytes(tag.value())).orElse(NOTHING));
        return arguments;
    }

    private static void add(List<byte[]> arguments, Bucket bucket, byte[] suffix) {
        var limit = bucket.limit();
        arguments.add(number(limit.pace().step()));
        arguments.add(number(limit.pace().burst()));
        arguments.add(number(limit.cost()));
        arguments.add(suffix);
    }

    /** What the reply to {@link #question} says; tightening and instances are noted by the way. */
    Count read(List<@Nullable Object> reply, List<Bucket> buckets) {
        learn(reply);
        return apart(reply, buckets, user(reply.get(1)));
    }

    /** Notes what the reply to {@link #common} says. */
    void learn(List<@Nullable Object> reply) {
        strictness.learned((int) number(reply, 2), number(reply, 3));
        fleet.learned((int) number(reply, 4));
    }

    /** What the reply to {@link #apart} says. */
    Count apart(List<@Nullable Object> reply, List<Bucket> buckets, Optional<UserTag> user) {
        int permille = (int) number(reply, 2);
        var standings = new ArrayList<Standing>(buckets.size());
        for (int i = 0; i < buckets.size(); i++) {
            var limit = buckets.get(i).limit();
            standings.add(
                    new Standing(
                            limit,
                            buckets.get(i).name(prefix, user),
                            limit.pace().tightened(permille, limit.cost()),
                            number(reply, 5 + i)));
        }
        return new Count(number(reply, 0) == 1, standings);
    }

    private static Optional<UserTag> user(@Nullable Object part) {
        return part instanceof byte[] tag && tag.length > 0
                ? Optional.of(new UserTag(new String(tag, StandardCharsets.US_ASCII)))
                : Optional.empty();
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

package dev.concertina.starter.limit;

import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.UserTag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts in Redis, on its clock: all limits of a request pass, or none is counted in. The key of a
 * limit by user is formed in the script, because only there the user is known; a key of the user's
 * and the session lie in one slot once the session's tag is the user's.
 */
final class SharedCount {
    // KEYS: strict mode, instances, one bucket per limit.
    // ARGV: prefix, tightening to announce or 0, for how many ms, instance to note or nothing,
    // then per limit: step, burst, cost, suffix of the user's bucket or nothing.
    static final String SCRIPT =
            """
            local us = t[1] * 1000000 + t[2]
            local strict = redis.call('GET', keys[1])
            local announced = tonumber(args[2])
            if announced > 0 and (not strict or tonumber(strict) >= announced) then
              redis.call('SET', keys[1], args[2], 'PX', args[3])
              strict = args[2]
            end
            local permille, left, instances = 1000, 0, 0
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
            local names, next, ahead = {}, {}, {}
            local who, passed = '', true
            for i = 1, (#args - 4) / 4 do
              local p = 4 + (i - 1) * 4
              local step, burst, cost = tonumber(args[p + 1]), tonumber(args[p + 2]), tonumber(args[p + 3])
              if permille < 1000 then
                step = math.ceil(step * 1000 / permille)
                burst = math.max(cost, math.floor(burst * permille / 1000))
              end
              names[i] = keys[2 + i]
              if args[p + 4] ~= '' then
                who = user() or ''
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

    private final String prefix;
    private final Strictness strictness;
    private final Fleet fleet;

    SharedCount(String prefix, Strictness strictness, Fleet fleet) {
        this.prefix = prefix;
        this.strictness = strictness;
        this.fleet = fleet;
    }

    Question question(List<Bucket> buckets) {
        var keys = new ArrayList<byte[]>(2 + buckets.size());
        keys.add(bytes(prefix + "strict}"));
        keys.add(bytes(prefix + "instances}"));
        var arguments = new ArrayList<byte[]>(4 + 4 * buckets.size());
        arguments.add(bytes(prefix));
        var announcement = strictness.announcement();
        arguments.add(number(announcement.permille()));
        arguments.add(number(announcement.hold().toMillis()));
        arguments.add(fleet.due().map(SharedCount::bytes).orElse(NOTHING));
        for (var bucket : buckets) {
            var limit = bucket.limit();
            keys.add(bytes(bucket.name()));
            arguments.add(number(limit.pace().step()));
            arguments.add(number(limit.pace().burst()));
            arguments.add(number(limit.cost()));
            arguments.add(bucket.byUser() ? bytes(Bucket.suffix(limit)) : NOTHING);
        }
        return new Question(keys, arguments);
    }

    /** What the reply to {@link #question} says; tightening and instances are noted by the way. */
    Count read(List<@Nullable Object> reply, List<Bucket> buckets) {
        int permille = (int) number(reply, 2);
        strictness.learned(permille, number(reply, 3));
        fleet.learned((int) number(reply, 4));
        var user = user(reply.get(1));
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

package dev.concertina.starter.session;

import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.Script;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The ledger as a sorted set of ids by the time they were noted, and a key that expires. */
final class RedisKeyLedger implements KeyLedger {
    private static final Script NOTE =
            script(
                    """
                    redis.call('ZADD', keys[1], string.format('%.0f', now), args[1])
                    redis.call('PEXPIRE', keys[1], args[2])
                    return {1}
                    """);

    // What was noted longer ago than any session lives is over by itself.
    private static final Script NOTED =
            script(
                    """
                    redis.call('ZREMRANGEBYSCORE', keys[1], '-inf', string.format('%.0f', now - args[1]))
                    local out = {}
                    local noted = redis.call('ZRANGE', keys[1], 0, -1, 'WITHSCORES')
                    for i = 1, #noted, 2 do
                      out[i] = noted[i]
                      out[i + 1] = math.max(0, now - noted[i + 1])
                    end
                    return out
                    """);

    private static final Script DROP =
            script(
                    """
                    local at = redis.call('ZSCORE', keys[1], args[1])
                    if at and now - at >= tonumber(args[2]) then redis.call('ZREM', keys[1], args[1]) end
                    return {1}
                    """);

    private static final Script LEASE =
            script(
                    """
                    local holder = redis.call('GET', keys[1])
                    if holder and holder ~= args[1] then return {0} end
                    redis.call('SET', keys[1], args[1], 'PX', args[2])
                    return {1}
                    """);

    private final Redis redis;
    private final byte[] keys;
    private final byte[] lease;
    private final byte[] life;

    /**
     * @param life how long something sealed with a key is kept at most
     */
    RedisKeyLedger(Redis redis, Duration life) {
        this.redis = redis;
        this.keys = bytes(redis.namespace() + ":k:sealing");
        this.lease = bytes(redis.namespace() + ":k:lease");
        this.life = millis(life);
    }

    private static Script script(String text) {
        return new Script(SessionScripts.ALONE + text);
    }

    @Override
    public void note(int key) {
        var unused = redis.call(NOTE, List.of(keys), List.of(number(key), life));
    }

    @Override
    public Map<Integer, Duration> noted() {
        var noted = new HashMap<Integer, Duration>();
        var reply = redis.call(NOTED, List.of(keys), List.of(life));
        for (int i = 0; i + 1 < reply.size(); i += 2) {
            if (reply.get(i) instanceof byte[] id && reply.get(i + 1) instanceof Long ago) {
                noted.put(
                        Integer.parseInt(new String(id, StandardCharsets.US_ASCII)),
                        Duration.ofMillis(ago));
            }
        }
        return noted;
    }

    @Override
    public void drop(int key, Duration quiet) {
        var unused = redis.call(DROP, List.of(keys), List.of(number(key), millis(quiet)));
    }

    @Override
    public boolean lease(String holder, Duration time) {
        var reply = redis.call(LEASE, List.of(lease), List.of(bytes(holder), millis(time)));
        return Long.valueOf(1).equals(reply.getFirst());
    }

    private static byte[] number(int number) {
        return bytes(Integer.toString(number));
    }

    private static byte[] millis(Duration duration) {
        return bytes(Long.toString(duration.toMillis()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

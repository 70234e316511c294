package dev.concertina.starter.cache;

import dev.concertina.starter.request.Script;

/**
 * What Redis does for the cache, each atomic. Keys: the list, the cache's generation, the value,
 * its lease. Arguments: the name of the server process, a mark that is used once, and what each
 * script names itself.
 *
 * <p>Marks, in the list as in generations, begin with the name of the process that wrote them. What
 * another process wrote counts for nothing: it may have been started again from an old copy, or
 * have taken over without the last that was acknowledged.
 */
final class RedisCacheScripts {
    // Redis keeps the last id of a stream that was trimmed, but not of one that was deleted: then
    // places go on from the clock, so that they never get less.
    private static final String COMMON =
            "local kept = "
                    + CacheStore.KEPT
                    + "\n"
                    + """
                    local run = string.sub(args[1], 1, 12)
                    local mark = run .. '.' .. args[2]
                    local function ours(m) return string.sub(m, 1, #run + 1) == run .. '.' end
                    local function head()
                      local e = redis.call('XREVRANGE', keys[1], '+', '-', 'COUNT', 1)[1]
                      if e then return tonumber(string.match(e[1], '^%d+')), e[2][2] end
                      local t = redis.call('TIME')
                      return t[1] * 1000000 + t[2], nil
                    end
                    local function append(what)
                      local at = head() + 1
                      redis.call('XADD', keys[1], 'MAXLEN', '~', kept,
                        string.format('%.0f-0', at), 'm', mark, 'w', what)
                      return at
                    end
                    -- Of one cache; a clearing begins another, and so does its loss.
                    local function generation()
                      local g = redis.call('GET', keys[2])
                      if not g or not ours(g) then
                        g = mark
                        redis.call('SET', keys[2], g)
                      end
                      return g
                    end
                    local function value()
                      local v = redis.call('GET', keys[3])
                      if not v then return nil end
                      local g = generation()
                      if string.sub(v, 1, #g + 1) ~= g .. ':' then return nil end
                      return string.sub(v, #g + 2)
                    end
                    -- What a lease says: whose it is, and in which generation it was taken out.
                    local function lease(token) return token .. ':' .. generation() end
                    local function keep(bytes, life)
                      redis.call('SET', keys[3], generation() .. ':' .. bytes, 'PX', life)
                    end
                    """;

    private static final String ALONE =
            """
            local keys, args = KEYS, ARGV
            local t = redis.call('TIME')
            local now = t[1] * 1000 + math.floor(t[2] / 1000)
            """;

    // args: sequence and mark of what is known, entries at most
    static final String MISSED =
            COMMON
                    + """
                    local since, max, out = tonumber(args[3]), tonumber(args[5]), nil
                    if since > 0 and ours(args[4]) then
                      local e = redis.call('XRANGE', keys[1], args[3] .. '-0', '+',
                        'COUNT', max + 2)
                      if e[1] and e[1][1] == args[3] .. '-0' and e[1][2][2] == args[4]
                          and #e <= max + 1 then
                        out = {1, now}
                        if #e > 1 then out[3] = e[#e][2][2] end
                        for i = 2, #e do
                          if not ours(e[i][2][2]) then
                            out = nil
                            break
                          end
                          out[2 * i] = tonumber(string.match(e[i][1], '^%d+'))
                          out[2 * i + 1] = e[i][2][4]
                        end
                      end
                    end
                    if out then return out end
                    local at, m = head()
                    if not m or not ours(m) then
                      at, m = append(''), mark
                    end
                    return {0, now, at, m}
                    """;

    static final Script MISSED_ALONE = new Script(ALONE + MISSED);

    // args: token, duration
    static final Script GET =
            alone(
                    """
                    local at = head()
                    local v = value()
                    if v then return {1, at, v, redis.call('PTTL', keys[3])} end
                    if args[4] ~= '0' and
                        redis.call('SET', keys[4], lease(args[3]), 'NX', 'PX', args[4]) then
                      return {0, at, 1}
                    end
                    return {0, at, 0}
                    """);

    // args: token, duration
    static final Script LEASE =
            alone(
                    """
                    if redis.call('SET', keys[4], lease(args[3]), 'NX', 'PX', args[4]) then
                      return {1}
                    end
                    return {0}
                    """);

    // args: token, value, life
    static final Script FILL =
            alone(
                    """
                    if redis.call('GET', keys[4]) ~= lease(args[3]) then return {0} end
                    redis.call('DEL', keys[4])
                    keep(args[4], args[5])
                    return {1, head()}
                    """);

    // args: token
    static final Script RELEASE =
            alone(
                    """
                    if redis.call('GET', keys[4]) == lease(args[3]) then
                      redis.call('DEL', keys[4])
                    end
                    return {}
                    """);

    // A write whose writer has given up, and was told so, may not happen after what others wrote
    // since; it waits in a connection that hangs, perhaps. The deadline is this server's time.
    private static final String IN_TIME =
            """
            if args[6] ~= run then return {-1} end
            if now > tonumber(args[7]) then return {-1} end
            """;

    // args: entry of the list, value, life, whose time the deadline is, deadline
    private static final String WRITE =
            """
            redis.call('DEL', keys[4])
            keep(args[4], args[5])
            return {append(args[3])}
            """;

    static final Script PUT = alone(IN_TIME + WRITE);

    static final Script PUT_IF_ABSENT =
            alone(
                    IN_TIME
                            + """
                            local v = value()
                            if v then return {head(), v, redis.call('PTTL', keys[3])} end
                            """
                            + WRITE);

    // args: entry of the list
    static final Script EVICT =
            alone(
                    """
                    local existed = value() and 1 or 0
                    redis.call('DEL', keys[3], keys[4])
                    return {append(args[3]), existed}
                    """);

    // keys: list, generation
    static final Script CLEAR =
            alone(
                    """
                    redis.call('SET', keys[2], mark)
                    return {append(args[3])}
                    """);

    private RedisCacheScripts() {}

    private static Script alone(String text) {
        return new Script(ALONE + COMMON + text);
    }
}

package dev.concertina.starter.session;

import java.util.function.UnaryOperator;

/**
 * What Redis runs. A session is a hash: {@code ~} begins the name of a field of our own, {@code :}
 * that of an attribute. Beside the sessions of a tag lies a sorted set of their names by the time
 * they end, as it was when they were last saved; an access moves the end without moving that, so
 * whoever takes from it looks again. Redis' own clock decides; every script names all its keys.
 *
 * @param user gives the tag of the user whose session it is, as long as it is one
 * @param save {@code led} holds, for as long as a tombstone may be found, the newest key of a
 *     session that moved, so that a late writer is led there at once however often it moved
 * @param reseal puts envelopes in place of those they were made of, and of no others
 * @param look finds names whose time has come; {@code claim} sees which of them really ended
 * @param index notes a user's session
 */
record SessionScripts(
        String find,
        String user,
        String save,
        String delete,
        String reseal,
        String look,
        String claim,
        String forget,
        String index,
        String unindex) {

    /** For scripts that run by themselves; what rides in the request's call has these already. */
    static final String ALONE =
            """
            local t = redis.call('TIME')
            local now = t[1] * 1000 + math.floor(t[2] / 1000)
            local keys, args = KEYS, ARGV
            """;

    /** How many sessions some shards hold. */
    static final String COUNT =
            """
            local count = 0
            for i = 1, #KEYS do count = count + redis.call('ZCARD', KEYS[i]) end
            return {count}
            """;

    /** Lists the sessions noted for a user, or of a shard. */
    static final String MEMBERS = "return redis.call('ZRANGE', KEYS[1], 0, -1)";

    static final SessionScripts WHOLE =
            new SessionScripts(
                    """
                    local m = redis.call('HMGET', keys[1], '~v', '~a', '~i', '~x')
                    if not m[1] then return {0} end
                    local last, idle, stop = tonumber(m[2]), tonumber(m[3]), tonumber(m[4])
                    if now >= stop or (idle > 0 and now - last >= idle) then return {0} end
                    local every, touched = tonumber(args[2]), 0
                    if idle > 0 and every > idle / 10 then every = idle / 10 end
                    if every >= 0 and now - last >= every then
                      redis.call('HSET', keys[1], '~a', string.format('%.0f', now))
                      local ends = stop
                      if idle > 0 and now + idle < ends then ends = now + idle end
                      redis.call('PEXPIRE', keys[1], string.format('%.0f', ends - now + args[3]))
                      last, touched = now, 1
                    end
                    if m[1] == args[1] then return {1, touched, last} end
                    return {2, touched, last, redis.call('HGETALL', keys[1])}
                    """,
                    """
                    local m = redis.call('HMGET', keys[1], '~u', '~a', '~i', '~x')
                    if not m[1] or m[1] == '-' then return nil end
                    local idle = tonumber(m[3])
                    if now >= tonumber(m[4]) or (idle > 0 and now - tonumber(m[2]) >= idle) then return nil end
                    return m[1]
                    """,
                    """
                    local key, ends, led, to, op = keys[1], keys[2], keys[3], keys[4], args[1]
                    local owner, idle, lifetime = args[2], args[3], tonumber(args[4])
                    local grace, tombstone = tonumber(args[5]), args[6]
                    local m = redis.call('HMGET', key, '~v', '~m', '~op', '~i', '~x', '~a', '~u')
                    if m[2] then
                      if to and m[2] == to then
                        local v = redis.call('HMGET', to, '~v', '~u')
                        if v[1] then return {1, v[1], v[2] or ''} end
                        return {0}
                      end
                      return {2, redis.call('GET', led) or m[2]}
                    end
                    local version, ops, last, stop = 0, '', now, now + lifetime
                    if m[1] then
                      if string.find(m[3], op, 1, true) then return {1, m[1], m[7] or ''} end
                      version = tonumber(string.match(m[1], '^%d+'))
                      ops, last, stop = m[3], tonumber(m[6]), tonumber(m[5])
                      if idle == '' then idle = m[4] end
                      local idleMs = tonumber(m[4])
                      if now >= stop or (idleMs > 0 and now - last >= idleMs) then return {0} end
                    elseif owner == '' then
                      return {0}
                    else
                      redis.call('HSET', key, '~o', owner, '~c', string.format('%.0f', now),
                        '~a', string.format('%.0f', now), '~x', string.format('%.0f', stop))
                    end
                    local v = string.format('%.0f', version + 1) .. ':' .. op
                    redis.call('HSET', key, '~v', v, '~i', idle,
                      '~op', string.sub(op .. ',' .. ops, 1, 8 * (#op + 1)))
                    if args[7] ~= '' then redis.call('HSET', key, '~u', args[7]) end
                    if args[9] ~= '' then redis.call('HSET', key, '~b', args[9]) end
                    local i, puts = 10, tonumber(args[8])
                    for _ = 1, puts do
                      redis.call('HSET', key, args[i], args[i + 1])
                      i = i + 2
                    end
                    for j = i, #args do redis.call('HDEL', key, args[j]) end
                    local idleMs, at = tonumber(idle), stop
                    if idleMs > 0 and last + idleMs < stop then at = last + idleMs end
                    redis.call('PEXPIRE', key, string.format('%.0f', math.max(at + grace - now, 1)))
                    if to then
                      redis.call('RENAME', key, to)
                      redis.call('HSET', key, '~m', to)
                      redis.call('PEXPIRE', key, tombstone)
                      redis.call('SET', led, to, 'PX', tombstone)
                      redis.call('ZREM', ends, key)
                      redis.call('ZADD', ends, string.format('%.0f', at), to)
                    elseif not m[1] or idle ~= m[4] then
                      redis.call('ZADD', ends, string.format('%.0f', at), key)
                      redis.call('PEXPIRE', ends, string.format('%.0f', lifetime + grace))
                    end
                    return {1, v, args[7] ~= '' and args[7] or m[7] or ''}
                    """,
                    """
                    local m = redis.call('HMGET', keys[1], '~m', '~v', '~k', '~u')
                    if m[1] then return {2, m[1]} end
                    if not m[2] or m[3] then return {0} end
                    redis.call('DEL', keys[1])
                    redis.call('ZREM', keys[2], keys[1])
                    return {1, m[4] or ''}
                    """,
                    """
                    local done = 0
                    for i = 1, #args, 3 do
                      if redis.call('HGET', keys[1], args[i]) == args[i + 1] then
                        redis.call('HSET', keys[1], args[i], args[i + 2])
                        done = done + 1
                      end
                    end
                    return {done}
                    """,
                    """
                    local out, left = {}, tonumber(args[1])
                    for i = 1, #keys do
                      if left <= 0 then break end
                      local due = redis.call('ZRANGEBYSCORE', keys[i], '-inf', now, 'LIMIT', 0, left)
                      out[i] = due
                      left = left - #due
                    end
                    return out
                    """,
                    """
                    local out = {}
                    for i = 2, #keys do
                      local score = redis.call('ZSCORE', keys[1], keys[i])
                      if score and tonumber(score) <= now then
                        local m = redis.call('HMGET', keys[i], '~v', '~a', '~i', '~x')
                        if not m[1] then
                          redis.call('ZREM', keys[1], keys[i])
                        else
                          local idle, at = tonumber(m[3]), tonumber(m[4])
                          if idle > 0 and m[2] + idle < at then at = m[2] + idle end
                          local again = at
                          if at <= now then
                            again = now + args[1]
                            redis.call('HSET', keys[i], '~k', args[2])
                            out[#out + 1] = {keys[i], redis.call('HGETALL', keys[i])}
                          end
                          redis.call('ZADD', keys[1], string.format('%.0f', again), keys[i])
                        end
                      end
                    end
                    return out
                    """,
                    """
                    if redis.call('HGET', keys[1], '~k') ~= args[1] then return {0} end
                    redis.call('DEL', keys[1])
                    redis.call('ZREM', keys[2], keys[1])
                    return {1}
                    """,
                    """
                    redis.call('ZADD', keys[1], string.format('%.0f', now), args[1])
                    redis.call('ZREMRANGEBYSCORE', keys[1], '-inf', string.format('%.0f', now - args[2]))
                    redis.call('PEXPIRE', keys[1], args[2])
                    return {1}
                    """,
                    """
                    for i = 2, #args do
                      local score = redis.call('ZSCORE', keys[1], args[i])
                      if score and now - score >= tonumber(args[1]) then
                        redis.call('ZREM', keys[1], args[i])
                      end
                    end
                    return {1}
                    """);

    /** The same with every script changed, so that a test can see a guard missed. */
    SessionScripts map(UnaryOperator<String> change) {
        return new SessionScripts(
                change.apply(find),
                change.apply(user),
                change.apply(save),
                change.apply(delete),
                change.apply(reseal),
                change.apply(look),
                change.apply(claim),
                change.apply(forget),
                change.apply(index),
                change.apply(unindex));
    }
}

package dev.concertina.starter.channel;

import dev.concertina.starter.request.Ear;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.Script;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A channel's history as a Redis stream whose ids count up by one; its last entry says where it
 * ends and which history it is, so that nothing beside it can be lost apart from it. Appending and
 * publishing are one script, and all keys of a channel share a slot.
 */
final class RedisChannelStore implements ChannelStore {
    private static final String HEAD =
            """
            local function head()
              local e = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
              if e then return tonumber(string.match(e[1], '^%d+')), e[2][2], e[2][4] end
              return 0, '', ''
            end
            local function append(epoch, mark, event, data, kept, life)
              local at, old, before = head()
              if at > 0 then epoch = old end
              at = at + 1
              redis.call('XADD', KEYS[1], 'MAXLEN', '~', kept, string.format('%.0f-0', at),
                'e', epoch, 'm', mark, 'n', event, 'd', data)
              redis.call('PEXPIRE', KEYS[1], life)
              local position = epoch .. '-' .. string.format('%.0f', at) .. '-' .. mark
              redis.call('PUBLISH', KEYS[1],
                position .. '\\n' .. before .. '\\n' .. event .. '\\n' .. data)
              return position
            end
            """;

    // KEYS: history, operation. ARGV: epoch, mark, event, data, kept, life, life of the operation
    private static final Script APPEND =
            new Script(
                    HEAD
                            + """
                            local done = redis.call('GET', KEYS[2])
                            if done then return {1, done} end
                            local position = append(unpack(ARGV, 1, 6))
                            redis.call('SET', KEYS[2], position, 'PX', ARGV[7])
                            return {0, position}
                            """);

    // KEYS: history. ARGV: epoch, mark, kept, life, page, and the position, if any
    private static final Script AFTER =
            new Script(
                    HEAD
                            + """
                            local page = tonumber(ARGV[5])
                            if ARGV[6] then
                              local e = redis.call('XRANGE', KEYS[1], ARGV[7] .. '-0', '+',
                                'COUNT', page + 2)
                              local first = e[1]
                              if first and first[1] == ARGV[7] .. '-0'
                                  and first[2][2] == ARGV[6] and first[2][4] == ARGV[8] then
                                local out = {1, #e > page + 1 and 1 or 0}
                                for i = 2, math.min(#e, page + 1) do
                                  local f = e[i][2]
                                  out[#out + 1] = string.match(e[i][1], '^%d+')
                                  out[#out + 1] = f[4]
                                  out[#out + 1] = f[6]
                                  out[#out + 1] = f[8]
                                end
                                return out
                              end
                            end
                            local at, epoch, mark = head()
                            if at == 0 then
                              return {0, append(ARGV[1], ARGV[2], '', '', ARGV[3], ARGV[4])}
                            end
                            return {0, epoch .. '-' .. string.format('%.0f', at) .. '-' .. mark}
                            """);

    private static final String PRESENT =
            """
            local function present(key)
              local time = redis.call('TIME')
              local now = time[1] * 1000 + math.floor(time[2] / 1000)
              local all, sum = redis.call('HGETALL', key), 0
              for i = 1, #all, 2 do
                local count, till = string.match(all[i + 1], '^(%d+) (%d+)$')
                if tonumber(till) > now then
                  sum = sum + tonumber(count)
                else
                  redis.call('HDEL', key, all[i])
                end
              end
              return sum, now
            end
            """;

    // KEYS: history, presence. ARGV: epoch, mark, kept, life, instance, count, lease
    private static final Script TEND =
            new Script(
                    HEAD
                            + PRESENT
                            + """
                            local sum, now = present(KEYS[2])
                            local own = redis.call('HGET', KEYS[2], ARGV[5])
                            if own then sum = sum - tonumber(string.match(own, '^%d+')) end
                            if ARGV[6] == '0' then
                              redis.call('HDEL', KEYS[2], ARGV[5])
                            else
                              redis.call('HSET', KEYS[2], ARGV[5],
                                ARGV[6] .. ' ' .. string.format('%.0f', now + ARGV[7]))
                              redis.call('PEXPIRE', KEYS[2], ARGV[7])
                            end
                            sum = sum + tonumber(ARGV[6])
                            local at, epoch, mark = head()
                            if at == 0 then
                              return {append(ARGV[1], ARGV[2], '', '', ARGV[3], ARGV[4]), sum}
                            end
                            if ARGV[6] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
                            return {epoch .. '-' .. string.format('%.0f', at) .. '-' .. mark, sum}
                            """);

    private static final Script COUNT =
            new Script(PRESENT + "local sum = present(KEYS[1])\nreturn {sum}\n");

    private final Redis redis;
    private final String prefix;
    private final byte[] kept;
    private final byte[] life;
    private final byte[] remembered;
    private final Duration probe;
    private final Map<String, Room> rooms = new ConcurrentHashMap<>();
    private volatile Optional<Ear> ear = Optional.empty();

    /**
     * @param kept publications of a channel, at least
     * @param life of a history after the last publication or subscriber
     * @param remembered how long an operation is known
     * @param probe how often the connections for listening are tested
     */
    RedisChannelStore(Redis redis, long kept, Duration life, Duration remembered, Duration probe) {
        this.redis = redis;
        this.prefix = redis.namespace() + ":ch:{";
        this.kept = bytes(Long.toString(kept));
        this.life = bytes(Long.toString(life.toMillis()));
        this.remembered = bytes(Long.toString(remembered.toMillis()));
        this.probe = probe;
    }

    @Override
    public Appended append(Room room, String operation, String event, byte[] data) {
        var keys = List.of(key(room), key(room, "op:" + operation));
        var reply =
                redis.call(
                        APPEND,
                        keys,
                        List.of(name(), name(), bytes(event), data, kept, life, remembered));
        return new Appended(position(reply, 1), number(reply, 0) == 1);
    }

    @Override
    public Recovered after(Room room, Optional<Position> since) {
        var arguments = new ArrayList<>(List.of(name(), name(), kept, life, bytes("" + PAGE)));
        since.ifPresent(position -> {
            arguments.add(bytes(position.epoch()));
            arguments.add(bytes(Long.toString(position.offset())));
            arguments.add(bytes(position.mark()));
        });
        var reply = redis.call(AFTER, List.of(key(room)), arguments);
        return since.isPresent() && number(reply, 0) == 1
                ? known(since.get(), reply)
                : new Recovered.Lost(position(reply, 1));
    }

    private static Recovered known(Position since, List<@Nullable Object> reply) {
        var publications = new ArrayList<Publication>();
        var before = since.mark();
        for (int i = 2; i + 3 < reply.size(); i += 4) {
            var mark = text(reply, i + 1);
            var position = new Position(since.epoch(), Long.parseLong(text(reply, i)), mark);
            publications.add(
                    new Publication(position, before, text(reply, i + 2), part(reply, i + 3)));
            before = mark;
        }
        return new Recovered.Known(publications, number(reply, 1) == 1);
    }

    @Override
    public void hear(Listener listener) {
        ear =
                Optional.of(
                        redis.listen(
                                new Ear.Listener() {
                                    @Override
                                    public void heard(String channel, byte[] message) {
                                        var room = rooms.get(channel);
                                        if (room != null) {
                                            read(message).ifPresent(p -> listener.heard(room, p));
                                        }
                                    }

                                    @Override
                                    public void listening(String channel) {
                                        Optional.ofNullable(rooms.get(channel))
                                                .ifPresent(listener::listening);
                                    }

                                    @Override
                                    public void deaf(String channel) {
                                        Optional.ofNullable(rooms.get(channel))
                                                .ifPresent(listener::deaf);
                                    }
                                },
                                probe));
    }

    /** Position, mark before, event and data, with a line's end between them. */
    static Optional<Publication> read(byte[] message) {
        var parts = new String[3];
        int from = 0;
        for (int i = 0; i < parts.length; i++) {
            int end = from;
            while (end < message.length && message[end] != '\n') {
                end++;
            }
            if (end == message.length) {
                return Optional.empty();
            }
            parts[i] = new String(message, from, end - from, StandardCharsets.UTF_8);
            from = end + 1;
        }
        var data = java.util.Arrays.copyOfRange(message, from, message.length);
        return Position.parse(parts[0])
                .map(position -> new Publication(position, parts[1], parts[2], data));
    }

    @Override
    public void listen(Room room) {
        var channel = channel(room);
        rooms.put(channel, room);
        ear.ifPresent(listening -> listening.add(channel));
    }

    @Override
    public void unlisten(Room room) {
        var channel = channel(room);
        ear.ifPresent(listening -> listening.remove(channel));
        rooms.remove(channel);
    }

    @Override
    public Tended tend(Room room, String instance, long count, Duration lease) {
        var reply =
                redis.call(
                        TEND,
                        List.of(key(room), key(room, "who")),
                        List.of(
                                name(),
                                name(),
                                kept,
                                life,
                                bytes(instance),
                                bytes(Long.toString(count)),
                                bytes(Long.toString(lease.toMillis()))));
        return new Tended(position(reply, 0), number(reply, 1));
    }

    @Override
    public long present(Room room) {
        return number(redis.call(COUNT, List.of(key(room, "who")), List.of()), 0);
    }

    @Override
    public long replaced() {
        return ear.map(Ear::replaced).orElse(0L);
    }

    @Override
    public void close() {
        ear.ifPresent(Ear::close);
    }

    private String channel(Room room) {
        return prefix + room.key() + '}';
    }

    private byte[] key(Room room) {
        return bytes(channel(room));
    }

    private byte[] key(Room room, String rest) {
        return bytes(channel(room) + ':' + rest);
    }

    private static byte[] name() {
        return bytes(Chance.name());
    }

    private static Position position(List<@Nullable Object> reply, int index) {
        return Position.parse(text(reply, index))
                .orElseThrow(() ->
                        new IllegalStateException(
                                "Redis holds something else under a channel's name: "
                                        + text(reply, index)));
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

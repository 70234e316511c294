package dev.concertina.starter.database;

import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.Script;
import dev.concertina.starter.request.UserTag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Users' positions in Redis, one short-lived key for each user who wrote. Read with the request's
 * one call; written by a call of its own, by requests that wrote to the database.
 */
final class Positions {
    /** Replies with the position and whose it is; with nothing where nobody knows the user. */
    static final String READ =
            """
            local key, who = keys[1], args[2]
            if not key then
              who = user()
              if not who then return {} end
              key = args[1] .. who .. '}'
            end
            return {redis.call('GET', key) or '', who}
            """;

    // Sixteen digits are in the order of the places they name.
    private static final Script NOTE =
            new Script(
                    """
                    local before = redis.call('GET', KEYS[1])
                    if before and before > ARGV[1] then
                      redis.call('PEXPIRE', KEYS[1], ARGV[2])
                    else
                      redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
                    end
                    return {1}
                    """);

    private final Redis redis;
    private final String prefix;
    private final byte[] life;

    Positions(Redis redis, Duration life) {
        this.redis = redis;
        this.prefix = redis.namespace() + ":w:{";
        this.life = bytes(Long.toString(life.toMillis()));
    }

    Question question(Optional<UserTag> user) {
        return new Question(
                user.map(tag -> List.of(key(tag))).orElse(List.of()),
                List.of(bytes(prefix), bytes(user.map(UserTag::value).orElse(""))));
    }

    void note(UserTag user, long position) {
        var unused =
                redis.call(
                        NOTE, List.of(key(user)), List.of(bytes(Position.digits(position)), life));
    }

    private byte[] key(UserTag user) {
        return bytes(prefix + user.value() + "}");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

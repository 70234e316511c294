package dev.concertina.starter.request;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All participants' questions of one request, in one script call. */
final class RoundTrip {
    private static final String HEAD =
            """
            local t = redis.call('TIME')
            local now = t[1] * 1000 + math.floor(t[2] / 1000)
            local parts, users, asked = {}, {}, {}
            local sought, found = false, nil
            local function user()
              if not sought then
                sought = true
                for i = 1, #parts do
                  if users[i] and asked[i] then
                    found = users[i](asked[i][1], asked[i][2], now) or nil
                    if found then break end
                  end
                end
              end
              return found
            end
            """;

    // ARGV holds for each part: number of keys, number of arguments, arguments.
    private static final String TAIL =
            """
            local k, a, out = 0, 0, {}
            for i = 1, #parts do
              local keyCount, argCount = tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
              a = a + 2
              asked[i] = false
              if keyCount > 0 then
                local keys, args = {}, {}
                for j = 1, keyCount do keys[j] = KEYS[k + j] end
                for j = 1, argCount do args[j] = ARGV[a + j] end
                asked[i] = {keys, args}
              end
              k = k + keyCount
              a = a + argCount
            end
            for i, part in ipairs(parts) do
              out[i] = false
              if asked[i] then
                local reply, stop = part(asked[i][1], asked[i][2], now)
                out[i] = reply
                if stop then break end
              end
            end
            return out
            """;

    private static final byte[] ZERO = bytes("0");

    private final Optional<Redis> redis;
    private final Script script;

    RoundTrip(Optional<Redis> redis, List<Participant> participants) {
        this.redis = redis;
        var text = new StringBuilder(HEAD);
        for (int i = 0; i < participants.size(); i++) {
            var participant = participants.get(i);
            function(text, "parts", i, participant.script().orElse("return false"));
            if (participant.userScript().isPresent()) {
                function(text, "users", i, participant.userScript().get());
            }
        }
        this.script = new Script(text.append(TAIL).toString());
    }

    private static void function(StringBuilder text, String table, int i, String body) {
        text.append(table)
                .append('[')
                .append(i + 1)
                .append("] = function(keys, args, now)\n")
                .append(body)
                .append("\nend\n");
    }

    /** Asks for all turns, in the order of the participants; asks nothing when nobody has to. */
    void ask(List<Turn> turns) {
        turns.forEach(turn -> turn.caller(() -> user(turns)));
        var questions = turns.stream().map(Turn::question).toList();
        if (questions.stream().allMatch(Optional::isEmpty)
                || turns.stream().anyMatch(turn -> turn.refusal().isPresent())) {
            return;
        }
        List<@Nullable Object> replies;
        try {
            replies = call(questions);
        } catch (Outage outage) {
            for (int i = 0; i < turns.size(); i++) {
                if (questions.get(i).isPresent()) {
                    turns.get(i).unanswered(outage);
                }
            }
            return;
        }
        for (int i = 0; i < turns.size(); i++) {
            if (questions.get(i).isPresent()) {
                answer(turns.get(i), i < replies.size() ? replies.get(i) : null);
            }
        }
    }

    private static Optional<UserTag> user(List<Turn> turns) {
        return turns.stream().flatMap(turn -> turn.user().stream()).findFirst();
    }

    private List<@Nullable Object> call(List<Optional<Question>> questions) {
        var keys = new ArrayList<byte[]>();
        var arguments = new ArrayList<byte[]>();
        for (var question : questions) {
            arguments.add(question.map(q -> bytes(q.keys().size())).orElse(ZERO));
            arguments.add(question.map(q -> bytes(q.arguments().size())).orElse(ZERO));
            question.ifPresent(q -> {
                keys.addAll(q.keys());
                arguments.addAll(q.arguments());
            });
        }
        return redis.orElseThrow(
                        () -> new IllegalStateException("a question was asked without Redis"))
                .call(script, keys, arguments);
    }

    @SuppressWarnings("unchecked")
    private static void answer(Turn turn, @Nullable Object reply) {
        if (reply instanceof List<?> list) {
            turn.answered((List<@Nullable Object>) list);
        } else {
            turn.unanswered(new Outage("an earlier part of the call ended it", null, false));
        }
    }

    private static byte[] bytes(int number) {
        return bytes(Integer.toString(number));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

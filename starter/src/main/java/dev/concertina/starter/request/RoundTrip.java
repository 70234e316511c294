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
            local parts = {}
            """;

    // ARGV holds for each part: number of keys, number of arguments, arguments.
    private static final String TAIL =
            """
            local k, a, out = 0, 0, {}
            for i, part in ipairs(parts) do
              local keyCount, argCount = tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
              a = a + 2
              local keys, args = {}, {}
              for j = 1, keyCount do keys[j] = KEYS[k + j] end
              for j = 1, argCount do args[j] = ARGV[a + j] end
              k = k + keyCount
              a = a + argCount
              out[i] = false
              if keyCount > 0 then
                local reply, stop = part(keys, args, now)
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
            var body = participants.get(i).script().orElse("return false");
            text.append("parts[")
                    .append(i + 1)
                    .append("] = function(keys, args, now)\n")
                    .append(body)
                    .append("\nend\n");
        }
        this.script = new Script(text.append(TAIL).toString());
    }

    /** Asks for all turns, in the order of the participants; asks nothing when nobody has to. */
    void ask(List<Turn> turns) {
        var questions = turns.stream().map(Turn::question).toList();
        if (questions.stream().allMatch(Optional::isEmpty)) {
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
            turn.unanswered(new Outage("an earlier part of the call ended it", null));
        }
    }

    private static byte[] bytes(int number) {
        return bytes(Integer.toString(number));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

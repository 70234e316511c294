package dev.concertina.starter.request;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** All participants' scripts in one. */
final class RoundTripScript {
    private static final String HEAD =
            """
            local t = redis.call('TIME')
            local now = t[1] * 1000 + math.floor(t[2] / 1000)
            local parts, users, asked = {}, {}, {}
            local sought, found = false, nil
            local function user()
              if not sought then
                sought = true
                for _, question in ipairs(asked) do
                  local users = users[question[1]]
                  if users then
                    found = users(question[2], question[3], now) or nil
                    if found then break end
                  end
                end
              end
              return found
            end
            """;

    // ARGV holds for each question: its part, number of keys, number of arguments, arguments.
    private static final String TAIL =
            """
            local k, a, out = 0, 0, {}
            while a < #ARGV do
              local keyCount, argCount = tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
              local keys, args = {}, {}
              for j = 1, keyCount do keys[j] = KEYS[k + j] end
              for j = 1, argCount do args[j] = ARGV[a + 3 + j] end
              asked[#asked + 1] = {tonumber(ARGV[a + 1]), keys, args}
              k = k + keyCount
              a = a + 3 + argCount
            end
            for i = 1, #asked do out[i] = false end
            for i, question in ipairs(asked) do
              local reply, stop = parts[question[1]](question[2], question[3], now)
              out[i] = reply
              if stop then break end
            end
            return out
            """;

    private final Script script;

    RoundTripScript(List<Participant> participants) {
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

    /**
     * A participant's question.
     *
     * @param participant its place among them, from 0
     * @param number which of the participant's it is, from 0
     */
    record Asked(int participant, int number, Question question) {}

    /** The call that asks all of them; its reply has one part for each. */
    ScriptCall call(List<Asked> questions) {
        var keys = new ArrayList<byte[]>();
        var arguments = new ArrayList<byte[]>();
        for (var asked : questions) {
            var question = asked.question();
            arguments.add(bytes(asked.participant() + 1));
            arguments.add(bytes(question.keys().size()));
            arguments.add(bytes(question.arguments().size()));
            keys.addAll(question.keys());
            arguments.addAll(question.arguments());
        }
        return new ScriptCall(script, keys, arguments);
    }

    private static byte[] bytes(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    }
}

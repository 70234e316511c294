package dev.concertina.starter.request;

import dev.concertina.starter.request.RoundTripScript.Asked;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All participants' questions of one request, in one script call; in a cluster in one for each slot
 * they touch, all at the same time.
 */
final class RoundTrip {
    private final Optional<Redis> redis;
    private final RoundTripScript script;

    RoundTrip(Optional<Redis> redis, List<Participant> participants) {
        this.redis = redis;
        this.script = new RoundTripScript(participants);
    }

    /** Asks for all turns, in the order of the participants; asks nothing when nobody has to. */
    void ask(List<Turn> turns) {
        boolean follows = turns.stream().anyMatch(Turn::mayNameUser);
        for (var turn : turns) {
            turn.caller(() -> user(turns));
            turn.callerMayFollow(follows);
        }
        if (redis.filter(Redis::isSpread).isPresent()) {
            askApart(turns, redis.get());
        } else {
            askAtOnce(turns);
        }
    }

    private static Optional<UserTag> user(List<Turn> turns) {
        return turns.stream().flatMap(turn -> turn.user().stream()).findFirst();
    }

    private static boolean refused(List<Turn> turns) {
        return turns.stream().anyMatch(turn -> turn.refusal().isPresent());
    }

    private void askAtOnce(List<Turn> turns) {
        var questions = new ArrayList<Asked>();
        for (int i = 0; i < turns.size(); i++) {
            int place = i;
            turns.get(i).question().ifPresent(q -> questions.add(new Asked(place, 0, q)));
        }
        if (questions.isEmpty() || refused(turns)) {
            return;
        }
        var call = script.call(questions);
        List<@Nullable Object> replies;
        try {
            replies =
                    redis.orElseThrow(() ->
                                    new IllegalStateException("a question was asked without Redis"))
                            .call(call.script(), call.keys(), call.arguments());
        } catch (Outage outage) {
            questions.forEach(asked -> turns.get(asked.participant()).unanswered(outage));
            return;
        }
        for (int i = 0; i < questions.size(); i++) {
            var turn = turns.get(questions.get(i).participant());
            switch (answer(replies, i)) {
                case Answer.Reply reply -> turn.answered(reply.parts());
                case Answer.Failed failed -> turn.unanswered(failed.outage());
            }
        }
    }

    private void askApart(List<Turn> turns, Redis redis) {
        boolean settled = user(turns).isPresent() || turns.stream().noneMatch(Turn::mayNameUser);
        askApart(turns, redis, turn -> turn.questions(settled));
        if (!refused(turns)) {
            askApart(turns, redis, Turn::more);
        }
    }

    private void askApart(List<Turn> turns, Redis redis, Function<Turn, List<Question>> questions) {
        var all = turns.stream().map(questions).toList();
        if (all.stream().allMatch(List::isEmpty) || refused(turns)) {
            return;
        }
        var groups = new LinkedHashMap<Integer, List<Asked>>();
        for (int i = 0; i < all.size(); i++) {
            for (int n = 0; n < all.get(i).size(); n++) {
                var question = all.get(i).get(n);
                groups.computeIfAbsent(redis.slot(question.keys()), slot -> new ArrayList<>())
                        .add(new Asked(i, n, question));
            }
        }
        deliver(turns, all, answers(redis, List.copyOf(groups.values())));
    }

    private record Answered(Asked asked, Answer answer) {}

    private List<Answered> answers(Redis redis, List<List<Asked>> groups) {
        var answers = redis.callAll(groups.stream().map(script::call).toList());
        var answered = new ArrayList<Answered>();
        for (int group = 0; group < groups.size(); group++) {
            var questions = groups.get(group);
            for (int i = 0; i < questions.size(); i++) {
                var answer =
                        switch (answers.get(group)) {
                            case Answer.Reply reply -> answer(reply.parts(), i);
                            case Answer.Failed failed -> failed;
                        };
                answered.add(new Answered(questions.get(i), answer));
            }
        }
        return answered;
    }

    // Whoever stops the call does so for those behind it, whichever server answered them.
    private static void deliver(
            List<Turn> turns, List<List<Question>> questions, List<Answered> answered) {
        boolean stopped = false;
        for (int i = 0; i < turns.size(); i++) {
            if (questions.get(i).isEmpty()) {
                continue;
            }
            int participant = i;
            var own =
                    answered.stream()
                            .filter(a -> a.asked().participant() == participant)
                            .sorted(Comparator.comparingInt(a -> a.asked().number()))
                            .map(Answered::answer)
                            .toList();
            turns.get(i).answeredApart(stopped ? own.stream().map(a -> ended()).toList() : own);
            stopped |= turns.get(i).refusal().isPresent();
        }
    }

    @SuppressWarnings("unchecked")
    private static Answer answer(List<@Nullable Object> replies, int index) {
        return index < replies.size() && replies.get(index) instanceof List<?> parts
                ? new Answer.Reply((List<@Nullable Object>) parts)
                : ended();
    }

    private static Answer ended() {
        return new Answer.Failed(new Outage("an earlier part of the call ended it", null, false));
    }
}

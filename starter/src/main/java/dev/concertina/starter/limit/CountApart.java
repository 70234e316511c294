package dev.concertina.starter.limit;

import dev.concertina.starter.request.Answer;
import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Refusal;
import dev.concertina.starter.request.UserTag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * One request's counting where keys are spread over servers: each slot is asked for its own
 * buckets. A request one of them refuses may be counted in at the others; it is never the other way
 * round.
 */
final class CountApart {
    private final SharedCount shared;
    private final Optional<UserTag> user;
    private final List<List<Bucket>> groups;
    private final Optional<Question> common;
    private final int permille;

    CountApart(
            SharedCount shared,
            String prefix,
            List<Bucket> buckets,
            Optional<UserTag> user,
            int permille) {
        this.shared = shared;
        this.user = user;
        this.permille = permille;
        var byTag = new LinkedHashMap<String, List<Bucket>>();
        for (var bucket : buckets) {
            byTag.computeIfAbsent(bucket.tag(prefix, user), tag -> new ArrayList<>()).add(bucket);
        }
        this.groups = List.copyOf(byTag.values());
        this.common = shared.common();
    }

    List<Question> questions() {
        var questions = new ArrayList<Question>();
        groups.forEach(group -> questions.add(shared.apart(group, user, permille)));
        common.ifPresent(questions::add);
        return questions;
    }

    /** The refusal of a request one of whose limits lets nobody pass that it cannot count. */
    Optional<Refusal> closed(List<Answer> answers, Limits limits) {
        for (int i = 0; i < groups.size(); i++) {
            if (answers.get(i) instanceof Answer.Failed failed) {
                var closed = limits.closed(groups.get(i));
                if (!closed.isEmpty()) {
                    return Optional.of(Fields.closed(closed, failed.outage().retryAfter()));
                }
            }
        }
        return Optional.empty();
    }

    /** What the servers say, and this instance for those that did not. */
    Count count(List<Answer> answers, Limits limits) {
        var count = Count.NONE;
        for (int i = 0; i < groups.size(); i++) {
            var group = groups.get(i);
            count =
                    count.and(
                            switch (answers.get(i)) {
                                case Answer.Reply reply -> shared.apart(reply.parts(), group, user);
                                case Answer.Failed failed -> limits.alone(group, user);
                            });
        }
        if (common.isPresent() && answers.getLast() instanceof Answer.Reply reply) {
            shared.learn(reply.parts());
        }
        return count;
    }
}

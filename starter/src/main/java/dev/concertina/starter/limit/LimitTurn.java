package dev.concertina.starter.limit;

import dev.concertina.starter.request.Answer;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.Question;
import dev.concertina.starter.request.Refusal;
import dev.concertina.starter.request.Turn;
import dev.concertina.starter.request.UserTag;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The limits of one request. */
final class LimitTurn implements Turn {
    private final Limits limits;
    private final List<Bucket> buckets;
    private final long startedNanos;

    private Supplier<Optional<UserTag>> user = Optional::empty;
    private Optional<Count> count = Optional.empty();
    private Optional<Refusal> refusal = Optional.empty();
    private List<Bucket> later = List.of();
    private Optional<CountApart> apart = Optional.empty();
    private Count partly = Count.NONE;

    LimitTurn(Limits limits, List<Bucket> buckets, long startedNanos) {
        this.limits = limits;
        this.buckets = buckets;
        this.startedNanos = startedNanos;
    }

    @Override
    public void caller(Supplier<Optional<UserTag>> user) {
        this.user = user;
    }

    @Override
    public Optional<Question> question() {
        var user = user(buckets);
        if (nothingToAsk(buckets, user)) {
            return Optional.empty();
        }
        return limits.shared().map(shared -> shared.question(buckets, user));
    }

    private Optional<UserTag> user(List<Bucket> some) {
        return some.stream().anyMatch(Bucket::byUser) ? user.get() : Optional.empty();
    }

    private boolean nothingToAsk(List<Bucket> some, Optional<UserTag> user) {
        if (some.isEmpty()) {
            return true;
        }
        var known = limits.refused(some, user);
        if (known.isPresent()) {
            counted(known.get());
            return true;
        }
        if (limits.shared().isEmpty()) {
            alone(Optional.empty());
            return true;
        }
        return false;
    }

    @Override
    public void answered(List<@Nullable Object> reply) {
        counted(limits.shared().orElseThrow().read(reply, buckets));
    }

    @Override
    public void unanswered(Outage outage) {
        alone(Optional.of(outage));
    }

    @Override
    public List<Question> questions(boolean settled) {
        later = settled ? List.of() : buckets.stream().filter(Bucket::byUser).toList();
        var now = settled ? buckets : buckets.stream().filter(b -> !b.byUser()).toList();
        return apart(now);
    }

    @Override
    public List<Question> more() {
        var rest = later;
        later = List.of();
        return apart(rest);
    }

    private List<Question> apart(List<Bucket> some) {
        var user = user(some);
        if (nothingToAsk(some, user)) {
            return List.of();
        }
        apart = Optional.of(limits.apart(some, user));
        return apart.get().questions();
    }

    @Override
    public void answeredApart(List<Answer> answers) {
        var asked = apart.orElseThrow();
        apart = Optional.empty();
        var closed = asked.closed(answers, limits);
        if (closed.isPresent()) {
            refusal = closed;
            return;
        }
        partly = partly.and(asked.count(answers, limits));
        if (!partly.passed() || later.isEmpty()) {
            counted(partly);
        }
    }

    private void alone(Optional<Outage> outage) {
        if (outage.isPresent()) {
            var closed = limits.closed(buckets);
            if (!closed.isEmpty()) {
                refusal = Optional.of(Fields.closed(closed, outage.get().retryAfter()));
                return;
            }
        }
        counted(limits.alone(buckets, user.get()));
    }

    private void counted(Count result) {
        count = Optional.of(result);
        limits.noted(result);
        if (!result.passed()) {
            refusal = Optional.of(Fields.refusal(result));
        }
    }

    @Override
    public Optional<Refusal> refusal() {
        return refusal;
    }

    @Override
    public void keep(HttpServletResponse response) {
        if (limits.tells() && count.isPresent() && !response.isCommitted()) {
            if (!count.get().standings().isEmpty()) {
                Fields.of(count.get()).forEach(response::setHeader);
            }
            count = Optional.empty();
        }
    }

    @Override
    public void end(int status) {
        limits.ended(status, startedNanos);
    }
}

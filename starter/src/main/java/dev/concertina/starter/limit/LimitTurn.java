package dev.concertina.starter.limit;

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
        if (buckets.isEmpty()) {
            return Optional.empty();
        }
        var known = limits.refused(buckets, user.get());
        if (known.isPresent()) {
            counted(known.get());
            return Optional.empty();
        }
        if (limits.shared().isEmpty()) {
            alone(Optional.empty());
            return Optional.empty();
        }
        return limits.shared().map(shared -> shared.question(buckets));
    }

    @Override
    public void answered(List<@Nullable Object> reply) {
        counted(limits.shared().orElseThrow().read(reply, buckets));
    }

    @Override
    public void unanswered(Outage outage) {
        alone(Optional.of(outage));
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

package dev.concertina.starter.limit;

import dev.concertina.starter.request.UserTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What the requests of one instance share: where they count, and whom they refuse unasked. */
final class Limits {
    private final String prefix;
    private final Optional<SharedCount> shared;
    private final OwnCount own;
    private final Remembered refused;
    private final Strictness strictness;
    private final Tally tally;
    private final boolean tells;
    private final LongSupplier nanos;

    /**
     * @param shared empty when there is no Redis at all
     * @param refused until when a bucket lets nobody pass
     * @param tells whether allowed answers say how much is left
     */
    Limits(
            String prefix,
            Optional<SharedCount> shared,
            OwnCount own,
            Remembered refused,
            Strictness strictness,
            Tally tally,
            boolean tells,
            LongSupplier nanos) {
        this.prefix = prefix;
        this.shared = shared;
        this.own = own;
        this.refused = refused;
        this.strictness = strictness;
        this.tally = tally;
        this.tells = tells;
        this.nanos = nanos;
    }

    Optional<SharedCount> shared() {
        return shared;
    }

    boolean tells() {
        return tells;
    }

    /** The refusal of somebody who was told to come later and did not; nobody is asked. */
    Optional<Count> refused(List<Bucket> buckets, Optional<UserTag> user) {
        long now = nanos.getAsLong();
        var standings = new ArrayList<Standing>();
        for (var bucket : buckets) {
            var name = bucket.name(prefix, user);
            long wait = refused.left(name, now) / 1000;
            if (wait > 0) {
                var limit = bucket.limit();
                var pace = limit.pace().tightened(strictness.permille(), limit.cost());
                standings.add(
                        new Standing(
                                limit,
                                name,
                                pace,
                                wait + pace.window() - pace.step() * limit.cost()));
            }
        }
        return standings.isEmpty() ? Optional.empty() : Optional.of(new Count(false, standings));
    }

    /** How to count where keys are spread over servers. */
    CountApart apart(List<Bucket> buckets, Optional<UserTag> user) {
        return new CountApart(shared.orElseThrow(), prefix, buckets, user, strictness.permille());
    }

    List<String> closed(List<Bucket> buckets) {
        return buckets.stream()
                .map(Bucket::limit)
                .filter(limit -> limit.whenAway() == Away.CLOSED)
                .map(Limit::name)
                .toList();
    }

    Count alone(List<Bucket> buckets, Optional<UserTag> user) {
        return own.count(buckets, user);
    }

    void noted(Count count) {
        long now = nanos.getAsLong();
        for (var standing : count.refusing()) {
            refused.put(standing.name(), now, standing.waitFor() * 1000);
        }
        tally.counted(count);
        strictness.counted(count.passed(), now);
    }

    void ended(int status, long startedNanos) {
        long now = nanos.getAsLong();
        strictness.ended(status, now - startedNanos, now);
    }
}

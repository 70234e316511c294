package dev.concertina.starter.limit;

import dev.concertina.starter.request.UserTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Counts in this instance alone, with its share of every limit, while Redis is away. */
final class OwnCount {
    private final String prefix;
    private final Fleet fleet;
    private final Strictness strictness;
    private final LongSupplier nanos;
    private final Remembered arrivals;

    OwnCount(
            String prefix,
            Fleet fleet,
            Strictness strictness,
            LongSupplier nanos,
            Remembered arrivals) {
        this.prefix = prefix;
        this.fleet = fleet;
        this.strictness = strictness;
        this.nanos = nanos;
        this.arrivals = arrivals;
    }

    // One request at a time: it must pass all its limits or count in none.
    synchronized Count count(List<Bucket> buckets, Optional<UserTag> user) {
        long now = nanos.getAsLong();
        var standings = new ArrayList<Standing>();
        boolean passed = true;
        for (var bucket : buckets) {
            if (bucket.limit().whenAway() == Away.OPEN) {
                continue;
            }
            var standing = standing(bucket, bucket.name(prefix, user), now);
            passed &= standing.waitFor() <= 0;
            standings.add(standing);
        }
        return passed ? new Count(true, taken(standings, now)) : new Count(false, standings);
    }

    private Standing standing(Bucket bucket, String name, long now) {
        var limit = bucket.limit();
        int permille =
                limit.whenAway() == Away.STRICT
                        ? Math.min(strictness.permille(), strictness.tightest())
                        : strictness.permille();
        var pace =
                limit.pace().tightened(permille, limit.cost()).shared(fleet.size(), limit.cost());
        return new Standing(limit, name, pace, arrivals.left(name, now) / 1000);
    }

    private List<Standing> taken(List<Standing> standings, long now) {
        return standings.stream()
                .map(s -> {
                    long ahead = s.ahead() + s.pace().step() * s.limit().cost();
                    arrivals.put(s.name(), now, ahead * 1000);
                    return new Standing(s.limit(), s.name(), s.pace(), ahead);
                })
                .toList();
    }
}

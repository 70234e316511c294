package dev.concertina.fleet.control.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The changes made in one direction, for limits per period. A list of slots: one older than every
 * period is marked outdated and written over.
 *
 * <p>Source: horizontal.go {@code storeScaleEvent}, {@code markScaleEventsOutdated}, {@code
 * getReplicasChangePerPeriod}.
 */
public record ScaleEvents(List<ScaleEvent> slots) {

    public static final ScaleEvents NONE = new ScaleEvents(List.of());

    /**
     * @param change number of instances, above 0 in both directions
     */
    public record ScaleEvent(int change, Instant at, boolean outdated) {}

    public ScaleEvents {
        slots = List.copyOf(slots);
    }

    /** An event exactly as old as the period no longer counts. */
    int changeWithin(Duration period, Instant now) {
        Instant cutoff = now.minus(period);
        return slots.stream()
                .filter(event -> event.at().isAfter(cutoff))
                .mapToInt(ScaleEvent::change)
                .sum();
    }

    /** An event exactly as old as the longest period is not yet outdated. */
    ScaleEvents plus(int change, Duration longestPeriod, Instant now) {
        Instant cutoff = now.minus(longestPeriod);
        var after = new ArrayList<ScaleEvent>();
        var reusable = -1;
        for (ScaleEvent event : slots) {
            boolean outdated = event.outdated() || event.at().isBefore(cutoff);
            if (outdated) {
                reusable = after.size();
            }
            after.add(new ScaleEvent(event.change(), event.at(), outdated));
        }
        var latest = new ScaleEvent(change, now, false);
        if (reusable < 0) {
            after.add(latest);
        } else {
            after.set(reusable, latest);
        }
        return new ScaleEvents(after);
    }
}

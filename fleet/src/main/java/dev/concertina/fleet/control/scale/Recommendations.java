package dev.concertina.fleet.control.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What was proposed lately, against flapping. A list of slots: one that is too old to matter is
 * written over, so it stays as long as the busiest window was.
 *
 * <p>Source: horizontal.go {@code stabilizeRecommendation} and {@code
 * stabilizeRecommendationWithBehaviors}. They differ at the edge: without behavior a recommendation
 * exactly as old as the window still counts, with behavior it does not.
 */
public record Recommendations(List<Recommendation> slots) {

    public record Recommendation(int replicas, Instant at) {}

    /**
     * @param after holds the proposal, not the stabilised number
     */
    record Stabilized(int replicas, Recommendations after) {}

    public Recommendations {
        slots = List.copyOf(slots);
    }

    static Recommendations starting(int current, Instant now) {
        return new Recommendations(List.of(new Recommendation(current, now)));
    }

    /** Without behavior: the largest of the window. */
    Stabilized largest(int proposal, Duration window, Instant now) {
        Instant cutoff = now.minus(window);
        var largest = proposal;
        var old = -1;
        for (var i = 0; i < slots.size(); i++) {
            Recommendation slot = slots.get(i);
            if (slot.at().isBefore(cutoff)) {
                old = i;
            } else {
                largest = Math.max(largest, slot.replicas());
            }
        }
        return new Stabilized(largest, with(new Recommendation(proposal, now), old));
    }

    /** With behavior: the change that every recommendation of its direction's window agrees to. */
    Stabilized agreed(
            int current, int proposal, Duration upWindow, Duration downWindow, Instant now) {
        Instant upCutoff = now.minus(upWindow);
        Instant downCutoff = now.minus(downWindow);
        var up = proposal;
        var down = proposal;
        var old = -1;
        for (var i = 0; i < slots.size(); i++) {
            Recommendation slot = slots.get(i);
            if (slot.at().isAfter(upCutoff)) {
                up = Math.min(slot.replicas(), up);
            }
            if (slot.at().isAfter(downCutoff)) {
                down = Math.max(slot.replicas(), down);
            }
            if (slot.at().isBefore(upCutoff) && slot.at().isBefore(downCutoff)) {
                old = i;
            }
        }
        int stabilized = Math.min(Math.max(current, up), down);
        return new Stabilized(stabilized, with(new Recommendation(proposal, now), old));
    }

    private Recommendations with(Recommendation latest, int slot) {
        var after = new ArrayList<>(slots);
        if (slot < 0) {
            after.add(latest);
        } else {
            after.set(slot, latest);
        }
        return new Recommendations(after);
    }
}

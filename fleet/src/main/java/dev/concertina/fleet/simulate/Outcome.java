package dev.concertina.fleet.simulate;

import dev.concertina.fleet.control.scale.ScaleDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a replay led to.
 *
 * @param ticks one for each second
 * @param decisions one for each pass, also those that changed nothing; their instants count from
 *     the epoch
 */
public record Outcome(int min, int max, List<Tick> ticks, List<ScaleDecision> decisions) {

    public Outcome {
        ticks = List.copyOf(ticks);
        decisions = List.copyOf(decisions);
    }

    /**
     * One second.
     *
     * @param offered requests that came
     * @param served of these, the ones that found capacity
     * @param wanted instances asked for
     * @param serving instances that took requests
     * @param running instances alive, starting and draining ones too
     * @param capacity requests/s of those that serve
     */
    public record Tick(
            int second,
            double offered,
            double served,
            int wanted,
            int serving,
            int running,
            double capacity) {
        /** Requests over capacity; a rounding error is none. */
        public double missed() {
            double missed = offered - served;
            return missed > 1e-9 ? missed : 0;
        }
    }

    public List<ScaleDecision> changes() {
        return decisions.stream().filter(ScaleDecision::scaled).toList();
    }

    /** Seconds in which more came than could be served. */
    public long missSeconds() {
        return ticks.stream().filter(tick -> tick.missed() > 0).count();
    }

    public double missRequests() {
        return ticks.stream().mapToDouble(Tick::missed).sum();
    }

    public double requests() {
        return ticks.stream().mapToDouble(Tick::offered).sum();
    }

    /** What is paid for: every second of every running instance. */
    public double instanceHours() {
        return ticks.stream().mapToLong(Tick::running).sum() / 3600.0;
    }

    public int most() {
        return ticks.stream().mapToInt(Tick::wanted).max().orElse(0);
    }

    /** Changes whose direction is the opposite of the change before. */
    public int reversals() {
        return reversalTimes().size();
    }

    /** The worst span of this length: at most 1 in 10 minutes is not flapping. */
    public int reversalsWithin(Duration span) {
        List<Instant> times = reversalTimes();
        var worst = 0;
        for (Instant first : times) {
            Instant end = first.plus(span);
            var count =
                    (int)
                            times.stream()
                                    .filter(time -> !time.isBefore(first) && time.isBefore(end))
                                    .count();
            worst = Math.max(worst, count);
        }
        return worst;
    }

    private List<Instant> reversalTimes() {
        var times = new ArrayList<Instant>();
        var before = 0;
        for (ScaleDecision change : changes()) {
            int direction = Integer.signum(change.desired() - change.current());
            if (direction == -before) {
                times.add(change.at());
            }
            before = direction;
        }
        return times;
    }
}

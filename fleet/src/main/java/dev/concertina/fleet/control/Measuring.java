package dev.concertina.fleet.control;

import dev.concertina.fleet.control.scale.Autoscaler;
import dev.concertina.fleet.control.scale.LoadPoint;
import dev.concertina.fleet.control.scale.Measurement;
import dev.concertina.fleet.control.scale.Resource;
import dev.concertina.fleet.control.supervise.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Turns two looks at the instances into what they served and what it cost. */
final class Measuring {
    private Measuring() {}

    /**
     * @param before the state that the look is heard in
     * @return empty at the first look, and where the gateway could not be asked
     */
    static Optional<Measurement> of(
            FleetState before, Settings settings, Event.Sampled event, Instant now) {
        Map<String, List<LoadPoint>> known = before.autoscaling().usage().points();
        Optional<Instant> last =
                known.values().stream()
                        .flatMap(Collection::stream)
                        .map(LoadPoint::at)
                        .max(Instant::compareTo)
                        .filter(now::isAfter);
        Map<String, Seen> seen = before.sampling().last();
        if (settings.autoscaler().isEmpty()
                || last.isEmpty()
                || seen.isEmpty()
                || event.instances().isEmpty()) {
            return Optional.empty();
        }
        double seconds = Duration.between(last.get(), now).toNanos() / 1e9;
        long requests =
                event.instances().entrySet().stream()
                        .mapToLong(e ->
                                e.getValue()
                                        .since(seen.getOrDefault(e.getKey(), Seen.NOTHING))
                                        .requests())
                        .sum();
        int serving = (int) before.slots().stream().filter(Slot.Ready.class::isInstance).count();
        return Optional.of(
                new Measurement(
                        now,
                        requests / seconds,
                        serving,
                        cpu(before, settings.autoscaler().get(), event, last.get(), now)));
    }

    private static OptionalDouble cpu(
            FleetState before, Autoscaler scaler, Event.Sampled event, Instant last, Instant now) {
        Instant warm = last.minus(scaler.load().warmUp());
        boolean calm =
                before.rollout().isEmpty()
                        && !before.slots().isEmpty()
                        && before.slots().stream()
                                .allMatch(s -> s instanceof Slot.Ready && !s.since().isAfter(warm));
        if (!calm) {
            return OptionalDouble.empty();
        }
        double milli = scaler.load().requests().getOrDefault(Resource.CPU, 1000L);
        double sum = 0;
        for (Slot slot : before.slots()) {
            List<LoadPoint> points =
                    before.autoscaling().usage().points().getOrDefault(slot.instance(), List.of());
            Used used = event.used().get(slot.instance());
            if (used == null || points.isEmpty() || !points.getLast().at().equals(last)) {
                return OptionalDouble.empty();
            }
            LoadPoint point = points.getLast();
            double cores =
                    (double) used.cpu().minus(point.cpuTime()).toNanos()
                            / Duration.between(last, now).toNanos();
            if (cores < 0) {
                return OptionalDouble.empty();
            }
            sum += cores * 1000 / milli * 100;
        }
        return OptionalDouble.of(sum / before.slots().size());
    }
}

package dev.concertina.fleet.control.scale;

import dev.concertina.fleet.control.scale.Replica.Phase;
import dev.concertina.fleet.control.scale.Replica.Ready;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * Which instances' samples count: ready ones do; unready ones count as idle when scaling up;
 * missing ones (up, but no sample) are assumed to be on the safe side; ignored ones are leaving or
 * gone.
 *
 * <p>Source: replica_calculator.go {@code groupPods} and {@code removeMetricsForPods}.
 */
public record ReplicaGroups(
        int ready,
        SequencedSet<String> unready,
        SequencedSet<String> missing,
        SequencedSet<String> ignored) {

    /**
     * When a CPU sample of a young instance is believed.
     *
     * @param cpuInitialization so long after its start, only samples whose whole window lies after
     *     it became ready
     * @param initialReadinessDelay an unready instance whose readiness last changed within so long
     *     of its start was never ready
     */
    public record Rules(Duration cpuInitialization, Duration initialReadinessDelay) {}

    static ReplicaGroups of(
            List<Replica> replicas,
            Map<String, Sample> samples,
            Optional<Resource> resource,
            Rules rules,
            Instant now) {
        var ready = 0;
        var unready = new LinkedHashSet<String>();
        var missing = new LinkedHashSet<String>();
        var ignored = new LinkedHashSet<String>();
        for (Replica replica : replicas) {
            Sample sample = samples.get(replica.name());
            if (replica.leaving() || replica.ended()) {
                ignored.add(replica.name());
            } else if (replica.phase() == Phase.PENDING) {
                unready.add(replica.name());
            } else if (sample == null) {
                missing.add(replica.name());
            } else if (resource.equals(Optional.of(Resource.CPU))
                    && !believed(replica, sample, rules, now)) {
                unready.add(replica.name());
            } else {
                ready++;
            }
        }
        return new ReplicaGroups(ready, unready, missing, ignored);
    }

    private static boolean believed(Replica replica, Sample sample, Rules rules, Instant now) {
        if (replica.ready().isEmpty() || replica.startedAt().isEmpty()) {
            return false;
        }
        Ready ready = replica.ready().get();
        Instant started = replica.startedAt().get();
        if (started.plus(rules.cpuInitialization()).isAfter(now)) {
            return ready.yes() && !sample.at().isBefore(ready.since().plus(sample.window()));
        }
        return ready.yes() || !started.plus(rules.initialReadinessDelay()).isAfter(ready.since());
    }

    /** The samples that are left: neither of ignored nor of unready instances. */
    SequencedMap<String, Long> counted(Map<String, Sample> samples) {
        var counted = new LinkedHashMap<String, Long>();
        samples.forEach((name, sample) -> counted.put(name, sample.value()));
        counted.keySet().removeAll(ignored);
        counted.keySet().removeAll(unready);
        return counted;
    }

    @Override
    public String toString() {
        return ready
                + " ready, "
                + unready.size()
                + " unready, "
                + missing.size()
                + " missing, "
                + ignored.size()
                + " ignored";
    }
}

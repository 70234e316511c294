package dev.concertina.fleet.control.scale;

import dev.concertina.fleet.control.scale.Replica.Phase;
import dev.concertina.fleet.control.scale.Replica.Ready;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Kubernetes' words mean for processes of one machine. A pod is an instance; its request is a
 * configured allowance, the same for all; usage comes from a {@link LoadWindow}; it is ready by the
 * health check; its start and transitions are read from the supervisor's clock; it is being deleted
 * when it drains, so a rollout's outgoing instances do not count.
 *
 * <p>Start-up CPU never scales: an instance younger than its warm-up is pending, which counts as
 * idle on the way up and not at all on the way down; afterwards it is believed only once a whole
 * window lies behind both the warm-up and its readiness. {@link #readiness} keeps upstream's CPU
 * initialization period long enough for that.
 *
 * @param requests the allowance per instance: CPU in milli-cores, memory in bytes
 * @param warmUp how long after its start an instance's load says nothing about the traffic
 */
public record LocalLoad(Map<Resource, Long> requests, Duration warmUp) {

    public LocalLoad {
        requests = Map.copyOf(requests);
        if (warmUp.isNegative()) {
            throw new IllegalArgumentException("warm-up is " + warmUp + ". Give 0 or more.");
        }
        requests.forEach(LocalLoad::requirePositive);
    }

    /** Upstream's rules, or longer where warm-up and window would outlast them. */
    public ReplicaGroups.Rules readiness(ReplicaGroups.Rules upstream, Duration window) {
        // Twice the window: a sample's window may be longer than asked for by one pause.
        Duration needed = warmUp.plus(window.multipliedBy(2));
        return upstream.cpuInitialization().compareTo(needed) >= 0
                ? upstream
                : new ReplicaGroups.Rules(needed, upstream.initialReadinessDelay());
    }

    /**
     * One pass's observation.
     *
     * @param wanted instances asked for; a rollout's surge is not among them
     * @param others readings of metrics that no process has, by name
     */
    public Observation observe(
            int wanted,
            List<LocalInstance> instances,
            LoadWindow load,
            List<Metric> metrics,
            Map<String, Reading> others,
            Instant now) {
        List<Replica> replicas =
                instances.stream().map(instance -> replica(instance, now)).toList();
        var readings = new HashMap<>(others);
        for (Metric metric : metrics) {
            resourceOf(metric)
                    .ifPresent(resource ->
                            readings.put(
                                    metric.name(),
                                    new Reading.PerReplica(load.samples(resource, now))));
        }
        var status = (int) replicas.stream().filter(replica -> !replica.ended()).count();
        return new Observation(wanted, status, replicas, readings);
    }

    private Replica replica(LocalInstance instance, Instant now) {
        Optional<Instant> warm = instance.startedAt().map(start -> start.plus(warmUp));
        boolean cold = warm.isEmpty() || warm.get().isAfter(now);
        Phase phase =
                switch (instance.state()) {
                    case STARTING -> Phase.PENDING;
                    case SERVING -> cold ? Phase.PENDING : Phase.RUNNING;
                    case LEAVING -> Phase.RUNNING;
                    case ENDED -> Phase.SUCCEEDED;
                };
        return new Replica(
                instance.name(),
                phase,
                instance.state() == LocalInstance.State.LEAVING,
                instance.startedAt(),
                instance.ready().map(ready -> notBefore(ready, warm)),
                requests);
    }

    /** Readiness counts from the end of the warm-up, so that no window reaches back into it. */
    private static Ready notBefore(Ready ready, Optional<Instant> warm) {
        return warm.filter(end -> ready.yes() && end.isAfter(ready.since()))
                .map(end -> new Ready(true, end))
                .orElse(ready);
    }

    private static Optional<Resource> resourceOf(Metric metric) {
        return switch (metric) {
            case Metric.Utilization utilization -> Optional.of(utilization.resource());
            case Metric.Average average -> average.resource();
            case Metric.Total total -> Optional.empty();
            case Metric.TotalPerReplica total -> Optional.empty();
        };
    }

    private static void requirePositive(Resource resource, long request) {
        if (request <= 0) {
            throw new IllegalArgumentException(
                    "the request for %s is %d. Give an amount above 0."
                            .formatted(resource, request));
        }
    }
}

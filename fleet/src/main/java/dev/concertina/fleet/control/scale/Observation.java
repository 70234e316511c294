package dev.concertina.fleet.control.scale;

import java.util.List;
import java.util.Map;

/**
 * Everything one pass looks at.
 *
 * @param current instances wanted now (scale.spec.replicas)
 * @param status instances that exist (scale.status.replicas)
 * @param readings by name of the metric; one that is absent counts as failed
 */
public record Observation(
        int current, int status, List<Replica> replicas, Map<String, Reading> readings) {
    public Observation {
        replicas = List.copyOf(replicas);
        readings = Map.copyOf(readings);
    }
}

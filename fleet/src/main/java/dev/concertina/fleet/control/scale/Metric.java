package dev.concertina.fleet.control.scale;

import java.util.Optional;

/**
 * What is measured and where it should be: the metric sources and targets of autoscaling/v2. Values
 * and targets of one metric share a unit, such as milli-cores or thousandths.
 */
public sealed interface Metric {
    /** Unique among the metrics of one policy; readings are found by it. */
    String name();

    /** Resource or ContainerResource with averageUtilization: percent of what was requested. */
    record Utilization(String name, Resource resource, int target) implements Metric {
        public Utilization {
            requirePositive(name, target);
        }
    }

    /**
     * Pods, or Resource with averageValue: mean over the instances.
     *
     * @param resource empty for a metric of the application's own; the readiness rule is CPU's only
     */
    record Average(String name, Optional<Resource> resource, long target) implements Metric {
        public Average {
            requirePositive(name, target);
        }
    }

    /** Object or External with value: one number for the whole fleet. */
    record Total(String name, Origin origin, long target) implements Metric {
        public Total {
            requirePositive(name, target);
        }
    }

    /** Object or External with averageValue: one number, divided by the instances. */
    record TotalPerReplica(String name, Origin origin, long target) implements Metric {
        public TotalPerReplica {
            requirePositive(name, target);
        }
    }

    /** Several samples of an external metric are summed; an object has one. */
    enum Origin {
        OBJECT,
        EXTERNAL
    }

    /** Whether it can be read while there are no instances. */
    default boolean knownAtZero() {
        return this instanceof Total || this instanceof TotalPerReplica;
    }

    private static void requirePositive(String name, long target) {
        if (target <= 0) {
            throw new IllegalArgumentException(
                    "the target of " + name + " is " + target + ". Give a number above 0.");
        }
    }
}

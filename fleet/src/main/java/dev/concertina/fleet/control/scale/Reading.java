package dev.concertina.fleet.control.scale;

import java.util.List;
import java.util.Map;

/** What was read for one metric. */
public sealed interface Reading {
    /**
     * @param samples by name of the instance; may lack some and hold others that are long gone
     */
    record PerReplica(Map<String, Sample> samples) implements Reading {
        public PerReplica {
            samples = Map.copyOf(samples);
        }
    }

    record Global(List<Long> values) implements Reading {
        public Global {
            values = List.copyOf(values);
        }
    }

    /** Could not be read at all. */
    record Failed(String reason) implements Reading {}
}

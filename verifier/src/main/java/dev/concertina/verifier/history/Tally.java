package dev.concertina.verifier.history;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Numbers counted from operations. Pure. */
public final class Tally {
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long HOUR_MICROS = 3_600_000_000L;

    private Tally() {}

    /** How many operations each instance answered, in the order of their names. */
    public static SequencedMap<String, Integer> byInstance(List<Operation> operations) {
        var counts = new TreeMap<String, Integer>();
        operations.stream()
                .filter(o -> !o.instance().isEmpty())
                .forEach(o -> counts.merge(o.instance(), 1, Integer::sum));
        return counts;
    }

    /** Failures by the words of their outcome, in the order of {@link Outcome}; 5xx by status. */
    public static SequencedMap<String, Integer> failuresByClass(List<Operation> operations) {
        var counts = new LinkedHashMap<String, Integer>();
        for (var outcome : Outcome.values()) {
            operations.stream()
                    .filter(o -> o.failed() && o.outcome() == outcome)
                    .forEach(o -> counts.merge(failureClass(o), 1, Integer::sum));
        }
        return counts;
    }

    public static String failureClass(Operation operation) {
        return switch (operation.outcome()) {
            case SERVER_ERROR, WRONG_STATUS ->
                    operation.outcome().words() + " " + operation.status();
            default -> operation.outcome().words();
        };
    }

    /** Milliseconds from the intended start to the last byte, of what was answered as expected. */
    public static SequencedMap<String, Double> latencyMillis(List<Operation> operations) {
        var histogram = new Histogram(HOUR_MICROS, 3);
        operations.stream()
                .filter(o -> !o.failed())
                .forEach(o -> histogram.recordValue(micros(o.latency())));
        var millis = new LinkedHashMap<String, Double>();
        if (histogram.getTotalCount() > 0) {
            millis.put("p50", millis(histogram.getValueAtPercentile(50)));
            millis.put("p90", millis(histogram.getValueAtPercentile(90)));
            millis.put("p99", millis(histogram.getValueAtPercentile(99)));
            millis.put("p999", millis(histogram.getValueAtPercentile(99.9)));
            millis.put("max", millis(histogram.getMaxValue()));
        }
        return millis;
    }

    private static long micros(long nanos) {
        return Math.clamp(nanos / NANOS_PER_MICRO, 0, HOUR_MICROS);
    }

    private static double millis(long micros) {
        return micros / 1000.0;
    }
}

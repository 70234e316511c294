package dev.concertina.fleet.control.scale;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * From samples of instances to a count, assuming the safe side for those without one: idle when the
 * others ask for more, busy when they ask for less, and never a change of direction by assumption.
 *
 * <p>Source: replica_calculator.go, the part that {@code GetResourceReplicas} and {@code
 * calcPlainMetricReplicas} share. The base of a plain count is the ready instances, not the current
 * number; after filling in, it is the size of the enlarged set, samples of unknown instances
 * included.
 */
record Recount(Situation situation, ReplicaGroups groups, Gauge gauge) {

    /** Turns a set of samples into a ratio to the target. */
    interface Gauge {
        /** Empty when no sample belongs to a known instance. */
        Optional<Figure> measure(Map<String, Long> usage);

        /**
         * What an instance without a sample is assumed to use while the others are below target.
         */
        long assumed(String replica);
    }

    record Figure(double ratio, OptionalInt utilization, long usage) {}

    Proposal of(Map<String, Long> counted) {
        Optional<Figure> first = gauge.measure(counted);
        if (first.isEmpty()) {
            return new Proposal.Unknown("no metrics returned matched known pods");
        }
        Figure figure = first.get();
        boolean upDespiteUnready = !groups.unready().isEmpty() && figure.ratio() > 1.0;
        if (groups.missing().isEmpty() && !upDespiteUnready) {
            return plain(figure);
        }
        Map<String, Long> filled = filled(counted, figure.ratio(), upDespiteUnready);
        return gauge.measure(filled)
                .map(second -> adjusted(figure, second.ratio(), filled.size()))
                .orElseGet(() -> new Proposal.Unknown("no metrics returned matched known pods"));
    }

    private Proposal plain(Figure figure) {
        if (situation.tolerance().covers(figure.ratio())) {
            return count(situation.current(), figure, withinTolerance(figure.ratio()));
        }
        return count(
                (int) Math.ceil(figure.ratio() * groups.ready()),
                figure,
                product(figure.ratio(), groups.ready(), "ready"));
    }

    private Map<String, Long> filled(
            Map<String, Long> counted, double ratio, boolean upDespiteUnready) {
        var filled = new LinkedHashMap<>(counted);
        if (ratio < 1.0) {
            groups.missing().forEach(name -> filled.put(name, gauge.assumed(name)));
        } else if (ratio > 1.0) {
            groups.missing().forEach(name -> filled.put(name, 0L));
        }
        if (upDespiteUnready) {
            groups.unready().forEach(name -> filled.put(name, 0L));
        }
        return filled;
    }

    private Proposal adjusted(Figure figure, double ratio, int size) {
        int current = situation.current();
        if (situation.tolerance().covers(ratio)) {
            return count(current, figure, withinTolerance(ratio) + " once the others are assumed");
        }
        if ((figure.ratio() < 1.0 && ratio > 1.0) || (figure.ratio() > 1.0 && ratio < 1.0)) {
            return count(current, figure, "the assumptions would turn the direction");
        }
        int replicas = (int) Math.ceil(ratio * size);
        if ((ratio < 1.0 && replicas > current) || (ratio > 1.0 && replicas < current)) {
            return count(current, figure, "the number of samples would turn the direction");
        }
        return count(replicas, figure, product(ratio, size, "counted or assumed"));
    }

    private Proposal count(int replicas, Figure figure, String why) {
        return new Proposal.Count(
                replicas,
                figure.ratio(),
                figure.utilization(),
                figure.usage(),
                Optional.of(groups),
                why);
    }

    private String withinTolerance(double ratio) {
        return String.format(Locale.ROOT, "ratio %.4g is within %s", ratio, situation.tolerance());
    }

    private static String product(double ratio, int base, String what) {
        return String.format(Locale.ROOT, "ceil(%.4g * %d %s)", ratio, base, what);
    }
}

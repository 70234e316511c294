package dev.concertina.fleet.simulate;

import dev.concertina.fleet.control.scale.Measurement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The cost that explains best, by least squares, what a fleet was seen to use.
 *
 * @param from measurements
 * @param off how far a measurement is from what the cost says, at the median, as a share of the
 *     allowance
 */
public record MeasuredCost(Cost cost, int from, double off) {
    private static final int MEASUREMENTS_MIN = 12;
    private static final double SPREAD_MIN = 1.5;
    private static final int TERMS = 3;

    /** Sets of terms as bits, idle the lowest. The simplest first: a later one must be better. */
    private static final int[] CHOICES = {0b010, 0b011, 0b100, 0b101, 0b110, 0b111};

    private static final double BETTER = 0.98;

    /**
     * Reads lines of {@code seconds,requests-per-second,instances,cpu}, CPU in percent of an
     * instance's allowance. Lines without CPU say nothing of the cost and are skipped.
     *
     * @param name of the file, for messages
     * @throws IllegalArgumentException naming the place and the next move
     */
    public static MeasuredCost parse(String name, String csv) {
        return of(
                name,
                CsvLine.of(name, csv).stream()
                        .map(MeasuredCost::measurement)
                        .flatMap(Optional::stream)
                        .toList());
    }

    private static Optional<Measurement> measurement(CsvLine line) {
        if (line.fields().size() < 4 || line.fields().get(3).isBlank()) {
            return Optional.empty();
        }
        double instances = line.number(2, "instances");
        if (instances != Math.rint(instances) || instances > 1e6) {
            throw line.refusal(2, "whole number of instances");
        }
        return instances == 0
                ? Optional.empty()
                : Optional.of(
                        new Measurement(
                                Instant.EPOCH,
                                line.number(1, "requests per second"),
                                (int) instances,
                                OptionalDouble.of(line.number(3, "CPU percent") / 100)));
    }

    /** For people. */
    public String words() {
        return String.format(
                Locale.ROOT,
                "%.1f %% of the allowance without requests, %.3f %% for each request/s, %.5f %% more"
                        + " for each request/s of all; from %d measurements, off by %.1f %% at the"
                        + " median",
                100 * cost.idle(),
                100 * cost.each(),
                100 * cost.crowding(),
                from,
                100 * off);
    }

    private static MeasuredCost of(String name, List<Measurement> seen) {
        if (seen.size() < MEASUREMENTS_MIN) {
            throw new IllegalArgumentException(
                    ("%s  holds %d measurements of CPU, and a cost takes %d. Let the fleet run for"
                                    + " longer, or give --capacity.")
                            .formatted(name, seen.size(), MEASUREMENTS_MIN));
        }
        double least = seen.stream().mapToDouble(MeasuredCost::each).min().orElseThrow();
        double most = seen.stream().mapToDouble(MeasuredCost::each).max().orElseThrow();
        if (most < SPREAD_MIN * least || most == 0) {
            throw new IllegalArgumentException(
                    ("%s  holds one load only, %.1f to %.1f requests/s for each instance, which does"
                                    + " not say what a request costs. Measure under more and under"
                                    + " less load, or give --capacity.")
                            .formatted(name, least, most));
        }
        Cost cost =
                best(seen)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        name
                                                + "  holds CPU that does not grow with the"
                                                + " requests, so there is nothing to scale by it."
                                                + " Give --capacity."));
        List<Double> off = seen.stream().map(m -> Math.abs(residual(cost, m))).sorted().toList();
        return new MeasuredCost(cost, seen.size(), off.get(off.size() / 2));
    }

    private static double each(Measurement m) {
        return m.requestsPerSecond() / m.instances();
    }

    private static double residual(Cost cost, Measurement m) {
        return m.cpu().orElseThrow() - cost.use(m.requestsPerSecond(), m.instances());
    }

    /**
     * Of all choices of terms whose factors are not negative, the one with the smallest error, the
     * simplest of those that are as good; empty where none explains more than the mean does.
     */
    private static Optional<Cost> best(List<Measurement> seen) {
        Optional<Cost> best = Optional.empty();
        double mean = seen.stream().mapToDouble(m -> m.cpu().orElseThrow()).average().orElseThrow();
        double error =
                seen.stream().mapToDouble(m -> Math.pow(m.cpu().orElseThrow() - mean, 2)).sum();
        for (int choice : CHOICES) {
            double[] factors = fit(seen, choice);
            if (!possible(factors)) {
                continue;
            }
            var cost = new Cost(factors[0], factors[1], factors[2]);
            double sum = seen.stream().mapToDouble(m -> Math.pow(residual(cost, m), 2)).sum();
            if (sum < BETTER * error && error - sum > 1e-9 * seen.size()) {
                error = sum;
                best = Optional.of(cost);
            }
        }
        return best;
    }

    private static boolean possible(double[] factors) {
        for (double factor : factors) {
            // Also false for what is no number.
            if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
                return false;
            }
        }
        return factors[0] < 1 && factors[1] + factors[2] > 0;
    }

    /** The factors of the terms of a choice; the others are 0. */
    private static double[] fit(List<Measurement> seen, int choice) {
        var terms = new ArrayList<Integer>();
        for (int term = 0; term < TERMS; term++) {
            if ((choice & 1 << term) != 0) {
                terms.add(term);
            }
        }
        int n = terms.size();
        // The normal equations, with the right side as the last column.
        double[][] rows = new double[n][n + 1];
        for (Measurement m : seen) {
            double[] values = {1, each(m), each(m) * m.requestsPerSecond()};
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    rows[i][j] += values[terms.get(i)] * values[terms.get(j)];
                }
                rows[i][n] += values[terms.get(i)] * m.cpu().orElseThrow();
            }
        }
        double[] solved = solve(rows);
        double[] factors = new double[TERMS];
        for (int i = 0; i < n; i++) {
            factors[terms.get(i)] = solved[i];
        }
        return factors;
    }

    /** By elimination; not a number where the rows do not determine it. */
    private static double[] solve(double[][] rows) {
        int n = rows.length;
        for (int i = 0; i < n; i++) {
            for (int below = i + 1; below < n; below++) {
                double factor = rows[below][i] / rows[i][i];
                for (int j = i; j <= n; j++) {
                    rows[below][j] -= factor * rows[i][j];
                }
            }
        }
        double[] solved = new double[n];
        for (int i = n - 1; i >= 0; i--) {
            double rest = rows[i][n];
            for (int j = i + 1; j < n; j++) {
                rest -= rows[i][j] * solved[j];
            }
            solved[i] = rest / rows[i][i];
        }
        return solved;
    }
}

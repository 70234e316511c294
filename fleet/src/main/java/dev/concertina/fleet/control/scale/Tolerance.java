package dev.concertina.fleet.control.scale;

import java.util.Locale;

/**
 * How far from its target a metric may be without anything being done, as fractions.
 *
 * <p>Source: replica_calculator.go {@code Tolerances.isWithin}, the form of 1.33 and later with
 * both ends included; per direction since KEP-4951.
 */
public record Tolerance(double down, double up) {
    boolean covers(double ratio) {
        return 1.0 - down <= ratio && ratio <= 1.0 + up;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4g..%.4g", 1.0 - down, 1.0 + up);
    }
}

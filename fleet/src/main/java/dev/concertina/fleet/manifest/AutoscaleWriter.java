package dev.concertina.fleet.manifest;

import dev.concertina.fleet.manifest.Manifest.Autoscale;
import dev.concertina.fleet.manifest.Manifest.Autoscale.Direction;
import dev.concertina.fleet.manifest.Manifest.Autoscale.Policy;
import java.util.Locale;
import java.util.Optional;

/** Writes what {@link AutoscaleReader} reads. */
final class AutoscaleWriter {
    private final ManifestWriter out;

    AutoscaleWriter(ManifestWriter out) {
        this.out = out;
    }

    void write(Autoscale a) {
        out.raw(0, "autoscale", "");
        a.cpu().ifPresent(percent -> out.raw(1, "cpu", percent + "%"));
        a.memory().ifPresent(percent -> out.raw(1, "memory", percent + "%"));
        out.raw(1, "request", "");
        out.raw(2, "cpu", a.milliCores() + "m");
        if (a.bytes() > 0) {
            out.raw(2, "memory", Units.text(a.bytes()));
        }
        out.raw(1, "warm-up", Units.text(a.warmUp()));
        out.raw(1, "window", Units.text(a.window()));
        out.raw(1, "every", Units.text(a.every()));
        out.raw(1, "tolerance", Units.percentText(a.tolerance()));
        if (a.up().isPresent() || a.down().isPresent()) {
            out.raw(1, "behavior", "");
            direction("scaleUp", a.up());
            direction("scaleDown", a.down());
        }
    }

    private void direction(String key, Optional<Direction> side) {
        if (side.isEmpty()) {
            return;
        }
        Direction d = side.get();
        boolean nothing =
                d.window().isEmpty()
                        && d.select().isEmpty()
                        && d.policies().isEmpty()
                        && d.tolerance().isEmpty();
        out.raw(2, key, nothing ? "{}" : "");
        d.window().ifPresent(w -> out.raw(3, "stabilizationWindowSeconds", "" + w.toSeconds()));
        d.select().ifPresent(s -> out.raw(3, "selectPolicy", capital(s)));
        d.tolerance().ifPresent(t -> out.raw(3, "tolerance", Units.percentText(t)));
        if (!d.policies().isEmpty()) {
            out.raw(3, "policies", "");
            for (Policy policy : d.policies()) {
                out.raw(4, "- type", capital(policy.type()));
                out.raw(5, "value", "" + policy.value());
                out.raw(5, "periodSeconds", "" + policy.period().toSeconds());
            }
        }
    }

    private static String capital(Enum<?> constant) {
        String name = constant.name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }
}

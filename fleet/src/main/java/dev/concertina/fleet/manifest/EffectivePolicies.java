package dev.concertina.fleet.manifest;

import dev.concertina.contract.Policies;
import dev.concertina.contract.Probes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The policies that follow from a whole manifest: security fields, and the health paths. */
final class EffectivePolicies {
    /** What browsers should be told about every page (OWASP secure headers project). */
    private static final Map<String, String> SECURITY =
            Map.of(
                    "X-Content-Type-Options", "nosniff",
                    "X-Frame-Options", "SAMEORIGIN",
                    "Referrer-Policy", "strict-origin-when-cross-origin");

    private EffectivePolicies() {}

    static Policies of(Manifest manifest) {
        var p = manifest.gateway().written();
        return new Policies(
                p.timeouts(),
                p.bounds(),
                p.limits(),
                p.rules(),
                p.folders(),
                p.compression(),
                headers(manifest.gateway()),
                p.affinity(),
                p.slowStart(),
                p.trustedProxies(),
                quiet(manifest.app().health()),
                p.accessLog());
    }

    /** What the manifest writes wins, whatever the case of its letters. */
    private static Map<String, String> headers(Manifest.Listener listener) {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        if (listener.securityHeaders()) {
            headers.putAll(SECURITY);
            listener.tls()
                    .flatMap(Manifest.Tls::hsts)
                    .ifPresent(age ->
                            headers.put("Strict-Transport-Security", "max-age=" + age.toSeconds()));
        }
        listener.written()
                .headers()
                .forEach((name, value) -> {
                    headers.remove(name);
                    headers.put(name, value);
                });
        return headers;
    }

    /** The probes that were named; of a program that names none, those of the starter. */
    private static List<String> quiet(Manifest.Health health) {
        var paths = new LinkedHashSet<String>();
        health.ready().map(EffectivePolicies::withoutQuery).ifPresent(paths::add);
        health.live().map(EffectivePolicies::withoutQuery).ifPresent(paths::add);
        if (health.ready().isEmpty()) {
            paths.addAll(List.of(Probes.HEALTH, Probes.READY, Probes.LIVE));
        }
        return List.copyOf(paths);
    }

    private static String withoutQuery(String path) {
        return path.replaceFirst("[?#].*$", "");
    }
}

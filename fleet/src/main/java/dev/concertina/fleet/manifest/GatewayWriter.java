package dev.concertina.fleet.manifest;

import dev.concertina.contract.Policies;
import dev.concertina.contract.Policies.Bounds;
import dev.concertina.contract.Policies.Compression;
import dev.concertina.contract.Policies.Timeouts;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Writes {@code gateway:}. What its engine cannot honour is left out, as the reader demands. */
final class GatewayWriter {
    private final ManifestWriter out;

    GatewayWriter(ManifestWriter out) {
        this.out = out;
    }

    void write(Manifest.Listener gateway) {
        boolean nginx = gateway.engine() == Manifest.Engine.NGINX;
        Policies policies = gateway.written();
        out.raw(0, "gateway", "");
        out.line(1, "listen", new Manifest.Address(gateway.host(), gateway.port()).toString());
        out.line(1, "engine", ManifestWriter.word(gateway.engine()));
        out.line(1, "balance", ManifestWriter.word(gateway.balance()));
        out.raw(1, "http2", "" + gateway.http2());
        gateway.tls().ifPresent(this::tls);
        out.words(1, "trusted-proxies", policies.trustedProxies());
        policies.affinity()
                .ifPresent(affinity -> {
                    out.raw(1, "affinity", "");
                    out.line(2, "cookie", affinity.cookie());
                });
        limits(policies);
        timeouts(policies.timeouts(), nginx);
        bounds(policies.bounds(), nginx);
        rules(policies);
        folders(policies);
        compression(policies.compression());
        out.raw(1, "security-headers", "" + gateway.securityHeaders());
        out.texts(1, "headers", new TreeMap<>(policies.headers()));
        policies.accessLog()
                .ifPresentOrElse(
                        path -> out.line(1, "access-log", path),
                        () -> out.raw(1, "access-log", "false"));
        out.raw(1, "slow-start", orOff(policies.slowStart().longest()));
        gateway.metrics()
                .ifPresentOrElse(
                        address -> out.line(1, "metrics", address.toString()),
                        () -> out.raw(1, "metrics", "off"));
    }

    private void tls(Manifest.Tls tls) {
        out.raw(1, "tls", "");
        var first = tls.certificates().getFirst();
        out.line(2, "certificate", first.certificate().toString());
        out.line(2, "key", first.key().toString());
        if (tls.certificates().size() > 1) {
            out.raw(2, "more", "");
            for (var more : tls.certificates().subList(1, tls.certificates().size())) {
                out.line(3, "- certificate", more.certificate().toString());
                out.line(4, "key", more.key().toString());
            }
        }
        tls.redirect().ifPresent(address -> out.line(2, "redirect", address.toString()));
        out.raw(2, "hsts", tls.hsts().map(GatewayWriter::orOff).orElse("off"));
    }

    private void limits(Policies policies) {
        if (!policies.limits().isEmpty()) {
            out.raw(1, "limits", "");
        }
        for (var limit : policies.limits()) {
            out.line(2, "- path", limit.path());
            out.raw(3, "rate", Units.text(limit.requests(), limit.period()));
            out.raw(3, "burst", "" + limit.burst());
        }
    }

    private void timeouts(Timeouts timeouts, boolean nginx) {
        out.raw(1, "timeouts", "");
        out.raw(2, "connect", Units.text(timeouts.connect()));
        out.raw(2, "response", Units.text(timeouts.response()));
        out.raw(2, "head", Units.text(timeouts.head()));
        out.raw(2, "body", Units.text(timeouts.body()));
        out.raw(2, "send", Units.text(timeouts.send()));
        out.raw(2, "keep-alive", Units.text(timeouts.keepAlive()));
        if (!nginx) {
            out.raw(2, "hold", Units.text(timeouts.hold()));
        }
        out.raw(2, "idle-upstream", Units.text(timeouts.idleUpstream()));
    }

    private void bounds(Bounds bounds, boolean nginx) {
        out.raw(1, "bounds", "");
        out.raw(2, "head-size", Units.text((long) bounds.headBytes()));
        if (!nginx) {
            out.raw(2, "head-fields", "" + bounds.headFields());
        }
        out.raw(2, "body-size", size(bounds.bodyBytes()));
        out.raw(2, "connections", "" + bounds.connections());
        out.raw(2, "connections-per-address", "" + bounds.connectionsPerAddress());
        if (!nginx) {
            out.raw(2, "held", "" + bounds.held());
        }
    }

    private void rules(Policies policies) {
        if (!policies.rules().isEmpty()) {
            out.raw(1, "paths", "");
        }
        for (var rule : policies.rules()) {
            out.line(2, "- path", rule.path());
            rule.response().ifPresent(response -> out.raw(3, "response", Units.text(response)));
            if (rule.bodyBytes().isPresent()) {
                out.raw(3, "body-size", size(rule.bodyBytes()));
            }
        }
    }

    private void folders(Policies policies) {
        if (!policies.folders().isEmpty()) {
            out.raw(1, "static", "");
        }
        for (var folder : policies.folders()) {
            out.line(2, "- path", folder.path());
            out.line(3, "folder", folder.folder());
            out.raw(3, "cache", orOff(folder.cache()));
            out.raw(3, "fall-through", "" + folder.fallThrough());
        }
    }

    private void compression(Compression compression) {
        if (compression.encodings().isEmpty()) {
            out.raw(1, "compression", "false");
            return;
        }
        out.raw(1, "compression", "");
        out.words(2, "encodings", compression.encodings());
        out.words(2, "types", compression.types());
        out.raw(2, "min-size", Units.text((long) compression.minBytes()));
    }

    private static String size(OptionalLong bytes) {
        return bytes.isEmpty() ? "none" : Units.text(bytes.getAsLong());
    }

    private static String orOff(Duration duration) {
        return duration.isZero() ? "off" : Units.text(duration);
    }
}

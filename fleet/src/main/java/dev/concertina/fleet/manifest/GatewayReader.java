package dev.concertina.fleet.manifest;

import dev.concertina.contract.Balance;
import dev.concertina.contract.Policies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code gateway:}; what it does with requests is left to {@link PoliciesReader}. */
final class GatewayReader {
    private static final Manifest.Address USUAL = new Manifest.Address(Addresses.LOOPBACK, 8080);
    private static final Duration TWO_YEARS = Duration.ofDays(730);

    private final ReadContext context;
    private final Path source;

    /**
     * @param source the manifest's file: a log is kept beside it
     */
    GatewayReader(ReadContext context, Path source) {
        this.context = context;
        this.source = source;
    }

    Manifest.Listener read(Section section) {
        var listen = Addresses.read(section, "listen", Addresses.EVERY, 8080).orElse(USUAL);
        var engine = section.oneOf("engine", Manifest.Engine.EMBEDDED);
        var balance = section.oneOf("balance", Balance.LEAST_CONNECTIONS);
        boolean http2 = section.flag("http2", true);
        var tls = tls(section);
        boolean security = section.flag("security-headers", true);
        Optional<Manifest.Address> metrics =
                section.off("metrics")
                        ? Optional.empty()
                        : Addresses.read(section, "metrics", Addresses.LOOPBACK, 9180);
        Policies policies = new PoliciesReader(context, source).read(section, engine);
        if (engine == Manifest.Engine.NGINX) {
            NginxRefusals.find(section);
        }
        section.notYet("retries", "Remove it; what may be sent again safely is.");
        section.end();
        return new Manifest.Listener(
                listen.host(),
                listen.port(),
                engine,
                balance,
                http2,
                tls,
                security,
                metrics,
                policies);
    }

    private Optional<Manifest.Tls> tls(Section section) {
        if (section.off("tls") || section.take("tls").isEmpty()) {
            return Optional.empty();
        }
        var tls = section.section("tls");
        if (!section.isMapping("tls")) {
            return Optional.empty();
        }
        var certificates = new ArrayList<Manifest.Certificate>();
        certificate(tls).ifPresent(certificates::add);
        for (Section more : tls.sections("more")) {
            certificate(more).ifPresent(certificates::add);
            more.end();
        }
        Optional<Manifest.Address> redirect =
                tls.off("redirect")
                        ? Optional.empty()
                        : Addresses.read(tls, "redirect", Addresses.EVERY, 8080);
        Optional<Duration> hsts =
                tls.off("hsts")
                        ? Optional.empty()
                        : Optional.of(tls.duration("hsts", Duration.ZERO, Duration.ZERO, TWO_YEARS))
                                .filter(age -> !age.isZero());
        tls.end();
        return certificates.isEmpty()
                ? Optional.empty()
                : Optional.of(new Manifest.Tls(List.copyOf(certificates), redirect, hsts));
    }

    private static Optional<Manifest.Certificate> certificate(Section section) {
        var certificate = file(section, "certificate", "fullchain.pem");
        var key = file(section, "key", "key.pem");
        return certificate.flatMap(c -> key.map(k -> new Manifest.Certificate(c, k)));
    }

    private static Optional<Path> file(Section section, String key, String example) {
        var path = section.path(key);
        if (path.isEmpty() && (!section.has(key) || section.take(key).isEmpty())) {
            section.wrong(key, "is missing.", "Write '" + key + ": " + example + "', a PEM file.");
        }
        return path;
    }
}

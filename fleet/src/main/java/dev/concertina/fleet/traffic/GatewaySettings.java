package dev.concertina.fleet.traffic;

import dev.concertina.fleet.manifest.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a gateway listens, what it speaks there, and where it leaves its traces.
 *
 * @param host address to bind
 * @param port 0 is any free one, kept when the gateway starts again
 * @param stateDirectory holds {@code gateway.json}, the control socket and {@code logs/}
 * @param http2 whether HTTP/2 is spoken beside HTTP/1.1
 * @param metrics where {@code GET /metrics} is answered
 */
public record GatewaySettings(
        String host,
        int port,
        Path stateDirectory,
        boolean http2,
        Optional<Manifest.Tls> tls,
        Optional<Manifest.Address> metrics) {

    /** Plain HTTP. */
    public GatewaySettings(String host, int port, Path stateDirectory) {
        this(host, port, stateDirectory, true, Optional.empty(), Optional.empty());
    }

    public static GatewaySettings of(Manifest manifest) {
        var gateway = manifest.gateway();
        return new GatewaySettings(
                gateway.host(),
                gateway.port(),
                manifest.stateDirectory(),
                gateway.http2(),
                gateway.tls(),
                gateway.metrics());
    }

    Path log() {
        return stateDirectory.resolve("logs").resolve("gateway.log");
    }

    /** What our own gateway is told beyond its address and its control socket. */
    List<String> arguments() {
        var words = new ArrayList<String>();
        if (!http2) {
            words.addAll(List.of("--http2", "off"));
        }
        tls.ifPresent(t -> {
            for (var each : t.certificates()) {
                words.addAll(List.of("--certificate", each.certificate().toString()));
                words.addAll(List.of("--key", each.key().toString()));
            }
            t.redirect().ifPresent(to -> words.addAll(List.of("--redirect", to.toString())));
        });
        metrics.ifPresent(at -> words.addAll(List.of("--metrics", at.toString())));
        return words;
    }
}

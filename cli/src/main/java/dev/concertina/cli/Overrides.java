package dev.concertina.cli;

import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.ManifestReader;
import dev.concertina.fleet.manifest.Reading;
import java.util.Optional;

/** What the command line says instead of the manifest. */
final class Overrides {
    private Overrides() {}

    static Reading.Read apply(
            Reading.Read read, Optional<Integer> instances, Optional<String> listen) {
        var m = read.manifest();
        var count = instances.map(Overrides::instances).orElse(m.instances());
        var gateway =
                listen.map(text -> ManifestReader.listener(text, m.gateway()))
                        .map(l -> l.orElseThrow(() -> notAnAddress(listen.orElse(""))))
                        .orElse(m.gateway());
        return new Reading.Read(m.with(count, gateway), read.places());
    }

    private static Manifest.Instances instances(int n) {
        if (n < 1 || n > 1000) {
            throw Refusal.usage("-n " + n + " is not in 1 to 1000. Write one in that range.");
        }
        return new Manifest.Instances(n, n);
    }

    private static Refusal notAnAddress(String text) {
        return Refusal.usage(
                "--listen '" + text + "' is not an address. Write a port (8080) or host:port.");
    }
}

package dev.concertina.fleet.manifest;

import dev.concertina.fleet.host.NginxProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Looks at what the gateway needs of this machine. */
final class GatewayPreflight {
    /** Where problems go: key, value, sentence without the key, next move. */
    interface Complaint {
        void wrong(String key, String value, String message, String next);
    }

    private static final String SPLIT_CLIENTS = "http_split_clients_module";

    private final Manifest.Listener gateway;
    private final Complaint complaint;

    private GatewayPreflight(Manifest.Listener gateway, Complaint complaint) {
        this.gateway = gateway;
        this.complaint = complaint;
    }

    /**
     * @param running this very gateway may listen already, so that its ports are rightly taken
     */
    static void check(
            Manifest.Listener gateway,
            Manifest.Strategy strategy,
            Map<String, String> environment,
            boolean running,
            Complaint complaint) {
        var preflight = new GatewayPreflight(gateway, complaint);
        if (gateway.engine() == Manifest.Engine.NGINX) {
            preflight.nginx(strategy, environment);
        }
        gateway.tls().ifPresent(preflight::certificates);
        preflight.folders();
        if (!running) {
            preflight.ports();
        }
    }

    private void nginx(Manifest.Strategy strategy, Map<String, String> environment) {
        var found = NginxProgram.find(environment);
        if (found.isEmpty()) {
            complaint.wrong(
                    "gateway.engine",
                    "nginx",
                    "'nginx' needs the program nginx, which is not on the PATH.",
                    "Install it (Debian and Ubuntu: apt-get install nginx-light, or nginx), or"
                            + " write 'engine: embedded'.");
        } else if (found.get().version() < NginxProgram.OLDEST) {
            complaint.wrong(
                    "gateway.engine",
                    "nginx",
                    "'nginx' needs nginx 1.18 or later; "
                            + found.get().path()
                            + " is "
                            + found.get().versionText()
                            + ".",
                    "Install a later one, or write 'engine: embedded'.");
        } else if (strategy == Manifest.Strategy.CANARY && found.get().without(SPLIT_CLIENTS)) {
            complaint.wrong(
                    "rollout.strategy",
                    "canary",
                    "'canary' needs nginx's "
                            + SPLIT_CLIENTS
                            + ", without which "
                            + found.get().path()
                            + " was built.",
                    "Install another one (Debian and Ubuntu: apt-get install nginx-full), or write"
                            + " 'strategy: blue-green' or 'engine: embedded'.");
        } else if (!Files.isReadable(Path.of("/proc/self/stat"))) {
            complaint.wrong(
                    "gateway.engine",
                    "nginx",
                    "'nginx' needs Linux: which worker still serves is read from /proc.",
                    "Write 'engine: embedded'.");
        }
    }

    private void certificates(Manifest.Tls tls) {
        for (int i = 0; i < tls.certificates().size(); i++) {
            var pair = tls.certificates().get(i);
            var section = i == 0 ? "gateway.tls" : "gateway.tls.more[" + (i - 1) + "]";
            CertificateCheck.of(pair)
                    .ifPresent(wrong -> {
                        var file = wrong.inKey() ? pair.key() : pair.certificate();
                        complaint.wrong(
                                section + (wrong.inKey() ? ".key" : ".certificate"),
                                file.toString(),
                                "'" + file + "' " + wrong.message(),
                                wrong.next());
                    });
        }
    }

    private void folders() {
        var folders = gateway.written().folders();
        for (int i = 0; i < folders.size(); i++) {
            var folder = folders.get(i).folder();
            if (!Files.isDirectory(Path.of(folder))) {
                complaint.wrong(
                        "gateway.static[" + i + "].folder",
                        folder,
                        "'" + folder + "' is no folder.",
                        "Make it, or correct the path.");
            }
        }
    }

    private void ports() {
        port("gateway.listen", new Manifest.Address(gateway.host(), gateway.port()));
        gateway.tls()
                .flatMap(Manifest.Tls::redirect)
                .ifPresent(address -> port("gateway.tls.redirect", address));
        gateway.metrics().ifPresent(address -> port("gateway.metrics", address));
    }

    private void port(String key, Manifest.Address address) {
        if (address.port() == 0) {
            return;
        }
        Ports.taken(address.host(), address.port())
                .ifPresent(taken ->
                        complaint.wrong(
                                key,
                                "" + address.port(),
                                "asks for port " + address.port() + ": " + taken.reason(),
                                taken.next()));
    }
}

package dev.concertina.fleet;

import dev.concertina.fleet.console.ControlServer;
import dev.concertina.fleet.host.NginxProgram;
import dev.concertina.fleet.host.Notice;
import dev.concertina.fleet.host.OsHost;
import dev.concertina.fleet.host.services.Services;
import dev.concertina.fleet.manifest.Manifest;
import dev.concertina.fleet.manifest.ManifestReader;
import dev.concertina.fleet.manifest.References;
import dev.concertina.fleet.probe.HttpProber;
import dev.concertina.fleet.runtime.Chronicle;
import dev.concertina.fleet.time.SystemTime;
import dev.concertina.fleet.traffic.Gateway;
import dev.concertina.fleet.traffic.GatewayException;
import dev.concertina.fleet.traffic.GatewaySettings;
import dev.concertina.fleet.traffic.NettyGateway;
import dev.concertina.fleet.traffic.NginxGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * The fleet as a process of its own, detached from whoever started it. Its one argument is the
 * effective manifest. Killed at any moment, it leaves gateway, services and instances serving, and
 * the next one takes them over.
 */
public final class FleetProcess {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private FleetProcess() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 1) {
            System.err.println("usage: FleetProcess MANIFEST (written by 'concertina up')");
            System.exit(USAGE);
        }
        OwnSession.begin();
        System.exit(run(Path.of(args[0])));
    }

    private static int run(Path file) {
        Manifest manifest = ManifestReader.read(file).orThrow();
        try (var _ = StateLock.take(manifest.stateDirectory())) {
            serve(manifest);
            return 0;
        } catch (IOException | RuntimeException e) {
            // Whoever started this process shows the end of its output.
            System.err.println(e.getMessage() == null ? e.toString() : e.getMessage());
            return FAILED;
        }
    }

    private static void serve(Manifest manifest) throws IOException {
        Path state = manifest.stateDirectory();
        Files.createDirectories(state.resolve("logs"));
        var time = new SystemTime();
        var chronicle = new Chronicle(0, new Evidence(state)::of);
        Consumer<Notice> notes = notice -> Fleet.note(chronicle, notice, time.now());
        var broken = new CompletableFuture<Void>();
        try (var _ = EventLog.open(state.resolve("events.ndjson"), chronicle);
                var host = new OsHost();
                var services = Services.open(manifest.services(), state, host, time, notes);
                var gateway = gateway(manifest, services, host, time, notes)) {
            var references = new References(state, System.getenv());
            var ports =
                    new Ports(
                            host,
                            new HttpProber(),
                            gateway.leash(),
                            gateway.restarts(),
                            services,
                            time,
                            references::resolve);
            Fleet fleet = Fleet.open(manifest, ports, chronicle, broken::completeExceptionally);
            try (var _ = ControlServer.open(state, fleet)) {
                CompletableFuture.anyOf(fleet.ended(), broken).join();
            }
        }
    }

    /** The gateway's leash and what belongs to its process. */
    private record LocalGateway(Gateway leash, IntSupplier restarts, Runnable letGo)
            implements AutoCloseable {
        @Override
        public void close() {
            letGo.run();
        }
    }

    private static LocalGateway gateway(
            Manifest manifest,
            Services services,
            OsHost host,
            SystemTime time,
            Consumer<Notice> notes) {
        try {
            var settings = GatewaySettings.of(manifest);
            return switch (manifest.gateway().engine()) {
                case EMBEDDED -> {
                    var netty = NettyGateway.open(settings, host, time, notes);
                    yield new LocalGateway(netty, netty::restarts, netty::close);
                }
                case NGINX -> {
                    var nginx = NginxGateway.open(settings, nginx(), host, time, notes);
                    yield new LocalGateway(nginx, nginx::restarts, nginx::close);
                }
            };
        } catch (GatewayException e) {
            // Without instances that use them, nobody would ever end the services.
            if (!Fleet.leftBehind(manifest)) {
                services.stop(Fleet.SERVICES_END);
            }
            throw e;
        }
    }

    private static NginxProgram nginx() {
        return NginxProgram.find(System.getenv())
                .orElseThrow(() ->
                        new GatewayException(
                                "gateway.engine is nginx, which is not on the PATH. Install it"
                                        + " (Debian: apt-get install nginx-light), or write"
                                        + " 'engine: embedded'."));
    }
}

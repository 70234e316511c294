package dev.concertina.testkit;

import dev.concertina.fleet.host.ProcessIdentity;
import dev.concertina.fleet.probe.ProcessLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * CPU in simulated time: what is asked for is shared evenly by the instances in the gateway's
 * table; one that is not in it yet is busy with its start.
 */
final class SimDemand {
    private static final double CORES_EACH = 1;

    private final SimTime time;
    private final SimHost host;
    private final SimGateway gateway;
    private final Map<ProcessIdentity, Double> seconds = new HashMap<>();
    private double cores;
    private Instant until;

    SimDemand(SimTime time, SimHost host, SimGateway gateway) {
        this.time = time;
        this.host = host;
        this.gateway = gateway;
        this.until = time.now();
    }

    void set(double next) {
        pass();
        cores = next;
    }

    Optional<ProcessLoad> of(ProcessIdentity identity) {
        pass();
        Duration cpu = Duration.ofNanos((long) (seconds.getOrDefault(identity, 0.0) * 1e9));
        return host.running().stream()
                .filter(p -> p.identity().equals(identity))
                .map(p -> new ProcessLoad(cpu, p.residentBytes()))
                .findFirst();
    }

    private void pass() {
        double passed = Duration.between(until, time.now()).toNanos() / 1e9;
        until = time.now();
        if (passed == 0) {
            return;
        }
        List<SimHost.SimProcess> running = host.running();
        long serving = running.stream().filter(p -> gateway.routes(p.instance())).count();
        for (SimHost.SimProcess process : running) {
            boolean serves = gateway.routes(process.instance());
            boolean starts = !process.listening();
            double share = serves ? Math.min(CORES_EACH, cores / serving) : starts ? CORES_EACH : 0;
            seconds.merge(process.identity(), share * passed, Double::sum);
        }
    }
}

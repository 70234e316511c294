package dev.concertina.fleet;

import dev.concertina.fleet.host.Host;
import dev.concertina.fleet.host.services.Services;
import dev.concertina.fleet.probe.Prober;
import dev.concertina.fleet.time.Time;
import dev.concertina.fleet.traffic.Gateway;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;

/**
 * What a fleet stands on.
 *
 * @param gatewayRestarts how often the gateway's process was started again
 * @param resolve replaces references in the manifest's values by what they stand for
 */
record Ports(
        Host host,
        Prober prober,
        Gateway gateway,
        IntSupplier gatewayRestarts,
        Services services,
        Time time,
        UnaryOperator<String> resolve) {}

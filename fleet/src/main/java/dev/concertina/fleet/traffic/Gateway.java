package dev.concertina.fleet.traffic;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.RoutingTable;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The gateway's leash. The gateway is a process of its own: an implementation launches or adopts it
 * through a {@code Host}, starts it again when it ends, and gives the new process the last table.
 * Stages complete exceptionally with {@link GatewayException} only when the gateway was stopped, or
 * when a table is older than the one in force and this fleet process gave no newer one.
 */
public interface Gateway {
    /** Completes when no new claim can be made under an earlier table. */
    CompletionStage<GatewayStatus> route(RoutingTable table);

    /**
     * Completes when the gateway holds no claim on and no connection to the instance. Call {@link
     * #route} without the instance first. Safe to repeat; a gateway that died has no claims.
     */
    CompletionStage<Drained> drain(InstanceId id, Duration within);

    CompletionStage<GatewayStatus> status();

    /** Stops accepting, lets what is in flight end within the time, ends the process. */
    CompletionStage<Void> stop(Duration within);
}

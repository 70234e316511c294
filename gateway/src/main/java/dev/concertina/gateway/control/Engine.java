package dev.concertina.gateway.control;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.RoutingTable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What the leash can make the gateway do. Called by the control thread alone; must not block. */
public interface Engine {
    /** Completes when no new claim can be made under the previous table. */
    CompletableFuture<GatewayStatus> route(RoutingTable table);

    CompletableFuture<Drained> drain(InstanceId id, Duration within);

    GatewayStatus status();

    /** Stops accepting, finishes, ends the process. */
    void stop(Duration within);
}

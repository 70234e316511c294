package dev.concertina.gateway.control;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.Handover;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.RoutingTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What the leash can make the gateway do. Called by the control thread alone; must not block. */
public interface Engine {
    /** Completes when no new claim can be made under the previous table. */
    CompletableFuture<GatewayStatus> route(RoutingTable table);

    CompletableFuture<Drained> drain(InstanceId id, Duration within);

    GatewayStatus status();

    /** Sends the listening sockets to the Unix socket at {@code to}, and keeps them. */
    CompletableFuture<Handover> handOver(Path to);

    /** Completes when connections are accepted on what a predecessor handed over. */
    CompletableFuture<GatewayStatus> accept();

    /** Completes when no connection is accepted any more; within the time the process ends. */
    CompletableFuture<GatewayStatus> retire(Duration within);

    /** The counts in Prometheus' text format. */
    String metrics();

    /** Stops accepting, finishes, ends the process. */
    void stop(Duration within);
}

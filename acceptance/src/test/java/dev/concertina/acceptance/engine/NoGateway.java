package dev.concertina.acceptance.engine;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.RoutingTable;
import dev.concertina.fleet.traffic.Gateway;
import dev.concertina.fleet.traffic.GatewayException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Stands where no gateway could be opened, so that the failure of opening is the one that shows.
 */
final class NoGateway implements Gateway {
    private static <T> CompletionStage<T> none() {
        return CompletableFuture.failedFuture(new GatewayException("it was never opened"));
    }

    @Override
    public CompletionStage<GatewayStatus> route(RoutingTable table) {
        return none();
    }

    @Override
    public CompletionStage<Drained> drain(InstanceId id, Duration within) {
        return none();
    }

    @Override
    public CompletionStage<GatewayStatus> status() {
        return none();
    }

    @Override
    public CompletionStage<Void> stop(Duration within) {
        return CompletableFuture.completedFuture(null);
    }
}

package dev.concertina.fleet.traffic;

import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.RoutingTable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

    /**
     * Replaces the process by a fresh one without refusing or resetting a connection. Completes
     * when the new one accepts and the old one no more; what the old one still serves ends within
     * the time, and until then it counts for {@link #route} and {@link #drain}.
     *
     * <p>Refused by an engine whose program is not ours to replace.
     *
     * @param classPath of the installation to start it from
     */
    default CompletionStage<Upgraded> upgrade(String classPath, Duration within) {
        return CompletableFuture.failedFuture(
                new GatewayException(
                        "gateway: with engine nginx there is no upgrade, nothing was changed. Every"
                                + " table is a graceful reload there; for a new nginx program:"
                                + " concertina down, then concertina up."));
    }

    /**
     * @param behind connections that the old process still had when it stopped accepting
     */
    record Upgraded(long from, long to, int behind) {}

    /** Pids of processes that accept no more and still serve, oldest first. */
    default List<Long> leaving() {
        return List.of();
    }

    /** Stops accepting, lets what is in flight end within the time, ends the process. */
    CompletionStage<Void> stop(Duration within);
}

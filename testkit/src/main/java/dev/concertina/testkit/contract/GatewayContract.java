package dev.concertina.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.contract.Balance;
import dev.concertina.contract.Drained;
import dev.concertina.contract.GatewayStatus;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.LoadSample;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Target;
import dev.concertina.fleet.traffic.Gateway;
import dev.concertina.fleet.traffic.Gateway.Upgraded;
import dev.concertina.fleet.traffic.GatewayException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every {@link Gateway} promises. */
public abstract class GatewayContract extends ContractSuite {
    private static final Duration AMPLE = Duration.ofSeconds(10);
    private static final InstanceId ONE = new InstanceId("app-1");
    private static final InstanceId TWO = new InstanceId("app-2");

    protected abstract Gateway gateway();

    /** Ends the process behind the leash at once, as kill -9 does. */
    protected abstract void kill();

    /** The fleet process that leads the gateway dies, and the next takes the gateway over. */
    protected abstract void takeOver();

    /** Whether another process can take its place; if not, it says so and goes on. */
    protected boolean canBeUpgraded() {
        return true;
    }

    /** The table of this version with these targets, which need not run. */
    protected static RoutingTable table(long version, InstanceId... ids) {
        return new RoutingTable(
                version,
                Balance.ROUND_ROBIN,
                Stream.of(ids).map(id -> new Target(id, "127.0.0.1", 9, "r1")).toList());
    }

    private static List<InstanceId> ids(GatewayStatus status) {
        return status.targets().stream().map(LoadSample::id).toList();
    }

    @Test
    void aNewGatewayObeysNoTable() {
        assertThat(get(gateway().status()).tableVersion()).isZero();
    }

    @Test
    void aTableIsInForceWhenItsStageCompletes() {
        GatewayStatus answer = get(gateway().route(table(1, ONE, TWO)));
        assertThat(answer.tableVersion()).isEqualTo(1);
        assertThat(ids(get(gateway().status()))).contains(ONE, TWO);
    }

    @Test
    void aTableReplacesTheOneBefore() {
        get(gateway().route(table(1, ONE)));
        get(gateway().route(table(2, TWO)));
        GatewayStatus status = get(gateway().status());
        assertThat(status.tableVersion()).isEqualTo(2);
        assertThat(ids(status)).contains(TWO);
    }

    @Test
    void tablesGivenAtTheSameTimeEndWithTheNewest() {
        CompletionStage<GatewayStatus> first = gateway().route(table(1, ONE));
        CompletionStage<GatewayStatus> second = gateway().route(table(2, ONE, TWO));
        assertThat(get(first).tableVersion()).isGreaterThanOrEqualTo(1);
        assertThat(get(second).tableVersion()).isEqualTo(2);
        assertThat(get(gateway().status()).tableVersion()).isEqualTo(2);
    }

    @Test
    void theNextFleetProcessTakesTheGatewayOverWithItsTable() {
        get(gateway().route(table(5, ONE)));
        long pid = get(gateway().status()).pid();
        takeOver();
        assertThat(get(gateway().status()).pid()).isEqualTo(pid);
        assertThat(get(gateway().status()).tableVersion()).isEqualTo(5);
        kill();
        assertThat(get(gateway().status()).tableVersion()).isEqualTo(5);
    }

    @Test
    void aTableNumberedBelowTheOneInForceIsRefusedWithAWayOut() {
        get(gateway().route(table(5, ONE)));
        takeOver();
        var refused = gateway().route(table(2)).toCompletableFuture();
        await("it is refused", refused::isDone);
        assertThatThrownBy(refused::join)
                .hasRootCauseInstanceOf(GatewayException.class)
                .hasMessageContaining("table 2")
                .hasMessageContaining("table 5");
        assertThat(get(gateway().status()).tableVersion()).isEqualTo(5);
    }

    @Test
    void anIdleInstanceIsDrainedAtOnceAndAgain() {
        get(gateway().route(table(1, ONE, TWO)));
        get(gateway().route(table(2, TWO)));
        Drained drained = get(gateway().drain(ONE, AMPLE));
        assertThat(drained.id()).isEqualTo(ONE);
        assertThat(drained.cut()).isZero();
        assertThat(get(gateway().drain(ONE, AMPLE)).cut()).isZero();
    }

    @Test
    void anUnknownInstanceIsDrainedAtOnce() {
        assertThat(get(gateway().drain(new InstanceId("nobody"), AMPLE)).cut()).isZero();
    }

    @Test
    void aGatewayThatDiesComesBackOnTheSamePortWithTheLastTable() {
        get(gateway().route(table(7, ONE, TWO)));
        GatewayStatus before = get(gateway().status());
        kill();
        GatewayStatus status = get(gateway().status());
        assertThat(status.pid()).isNotEqualTo(before.pid());
        assertThat(status.port()).isEqualTo(before.port());
        assertThat(status.tableVersion()).isEqualTo(7);
        assertThat(ids(status)).contains(ONE, TWO);
    }

    @Test
    void aTableGivenWhileTheGatewayIsDeadIsInForceWhenItIsBack() {
        get(gateway().route(table(1, ONE)));
        kill();
        assertThat(get(gateway().route(table(2, TWO))).tableVersion()).isEqualTo(2);
    }

    @Test
    void aDeadGatewayHasDrainedEverything() {
        get(gateway().route(table(1, ONE)));
        kill();
        assertThat(get(gateway().drain(ONE, AMPLE)).cut()).isZero();
    }

    @Test
    void anUpgradedGatewayServesFromAnotherProcessOnTheSamePortUnderTheSameTable() {
        get(gateway().route(table(3, ONE, TWO)));
        GatewayStatus before = get(gateway().status());
        if (!canBeUpgraded()) {
            refused(gateway().upgrade("", AMPLE));
            assertThat(get(gateway().status()).pid()).isEqualTo(before.pid());
            return;
        }
        Upgraded upgraded = get(gateway().upgrade(System.getProperty("java.class.path"), AMPLE));
        assertThat(upgraded.from()).isEqualTo(before.pid());
        GatewayStatus after = get(gateway().status());
        assertThat(after.pid()).isEqualTo(upgraded.to()).isNotEqualTo(before.pid());
        assertThat(after.port()).isEqualTo(before.port());
        assertThat(after.tableVersion()).isEqualTo(3);
        assertThat(get(gateway().route(table(4, TWO))).tableVersion()).isEqualTo(4);
        assertThat(get(gateway().drain(ONE, AMPLE)).id()).isEqualTo(ONE);
    }

    @Test
    void aStoppedGatewayRefusesEverything() {
        get(gateway().stop(AMPLE));
        refused(gateway().status());
        refused(gateway().route(table(1, ONE)));
        refused(gateway().drain(ONE, AMPLE));
        get(gateway().stop(AMPLE));
    }

    private void refused(CompletionStage<?> stage) {
        CompletableFuture<?> future = stage.toCompletableFuture();
        await("it is refused", future::isDone);
        assertThatThrownBy(future::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(GatewayException.class);
    }
}

package dev.concertina.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Drained;
import dev.concertina.contract.InstanceId;
import dev.concertina.fleet.traffic.Gateway;
import dev.concertina.testkit.SimGateway;
import dev.concertina.testkit.SimTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class SimGatewayTest extends GatewayContract {
    private static final InstanceId ONE = new InstanceId("app-1");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SimTime time = new SimTime(1);
    private final SimGateway gateway = new SimGateway(time);

    @Override
    protected Gateway gateway() {
        return gateway;
    }

    @Override
    protected void kill() {
        gateway.kill();
    }

    @Override
    protected void takeOver() {
        gateway.takenOver();
    }

    @Override
    protected void await(String what, BooleanSupplier condition) {
        assertThat(time.advanceUntil(condition, Duration.ofHours(1))).as(what).isTrue();
    }

    @Test
    void aDrainWaitsForTheLastClaim() {
        CompletableFuture<Drained> drained = drainOfOneThatHoldsAClaimFor(Duration.ofSeconds(3));
        time.advance(Duration.ofSeconds(2));
        assertThat(drained).isNotDone();
        assertThat(get(drained).cut()).isZero();
    }

    @Test
    void aDrainCutsWhatIsLeftWhenItsTimeIsOver() {
        assertThat(get(drainOfOneThatHoldsAClaimFor(MINUTE.multipliedBy(2))).cut()).isEqualTo(1);
    }

    @Test
    void aGatewayThatDiesInTheMiddleOfADrainHasNoClaimsAnyMore() {
        CompletableFuture<Drained> drained = drainOfOneThatHoldsAClaimFor(MINUTE.multipliedBy(2));
        time.advance(Duration.ofSeconds(1));
        kill();
        assertThat(gateway.claims(ONE.value())).isZero();
        assertThat(time.advanceUntil(drained::isDone, Duration.ofSeconds(10))).isTrue();
        assertThat(drained.join().cut()).isZero();
    }

    @Test
    void aClaimOnADeadGatewayIsNotGivenBackToTheNext() {
        get(gateway.route(table(1, ONE)));
        gateway.request(Duration.ofSeconds(5));
        kill();
        get(gateway.status());
        gateway.request(MINUTE);
        time.advance(Duration.ofSeconds(10));
        assertThat(gateway.claims(ONE.value())).isEqualTo(1);
    }

    private CompletableFuture<Drained> drainOfOneThatHoldsAClaimFor(Duration takes) {
        get(gateway.route(table(1, ONE)));
        gateway.request(takes);
        get(gateway.route(table(2)));
        return gateway.drain(ONE, MINUTE).toCompletableFuture();
    }
}

package dev.concertina.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.time.Time;
import dev.concertina.testkit.SimTime;
import java.time.Duration;
import java.util.function.BooleanSupplier;

class SimTimeTest extends TimeContract {
    private final SimTime time = new SimTime(1);

    @Override
    protected Time time() {
        return time;
    }

    @Override
    protected void await(String what, BooleanSupplier condition) {
        assertThat(time.advanceUntil(condition, Duration.ofHours(1))).as(what).isTrue();
    }
}

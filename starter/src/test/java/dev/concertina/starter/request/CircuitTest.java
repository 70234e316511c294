package dev.concertina.starter.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CircuitTest {
    private final Circuit circuit = new Circuit(3, Duration.ofMillis(250), Duration.ofSeconds(2));

    private void open() {
        IntStream.range(0, 3).forEach(i -> circuit.failed());
    }

    @Test
    void itOpensAfterThreeFailuresInARow() {
        assertThat(circuit.failed()).isFalse();
        assertThat(circuit.failed()).isFalse();
        circuit.succeeded();
        assertThat(circuit.failed()).isFalse();
        assertThat(circuit.failed()).isFalse();
        assertThat(circuit.closed()).isTrue();
        assertThat(circuit.failed()).as("this one opened it").isTrue();
        assertThat(circuit.failed()).as("it was open").isFalse();
        assertThat(circuit.closed()).isFalse();
    }

    @Test
    void oneProbeIsUnderWayAtATimeAndNobodyElseAsks() {
        assertThat(circuit.probe()).as("closed").isFalse();
        open();
        assertThat(circuit.probe()).isTrue();
        assertThat(circuit.probe()).isFalse();
        assertThat(circuit.closed()).isFalse();
        assertThat(circuit.state()).isEqualTo(Circuit.State.HALF_OPEN);
    }

    @Test
    void aGoodProbeClosesIt() {
        open();
        circuit.probe();
        circuit.probeSucceeded();
        assertThat(circuit.closed()).isTrue();
        assertThat(circuit.failed()).as("it counts from none").isFalse();
    }

    @Test
    void badProbesAreFurtherAndFurtherApart() {
        open();
        var waits =
                IntStream.range(0, 5)
                        .mapToObj(i -> {
                            assertThat(circuit.probe()).isTrue();
                            return circuit.probeFailed().toMillis();
                        })
                        .toList();
        assertThat(waits).containsExactly(250L, 500L, 1000L, 2000L, 2000L);
    }

    @Test
    void aLostConnectionOpensItAtOnce() {
        circuit.failed();
        assertThat(circuit.trip()).isTrue();
        assertThat(circuit.trip()).as("it was open").isFalse();
        assertThat(circuit.closed()).isFalse();
    }

    @Test
    void lateAnswersOfOldCallsDoNotCloseIt() {
        open();
        circuit.succeeded();
        assertThat(circuit.closed()).isFalse();
    }
}

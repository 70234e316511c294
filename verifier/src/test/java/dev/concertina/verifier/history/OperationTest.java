package dev.concertina.verifier.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OperationTest {
    @Test
    void anEffectIsUnknownWhenWhatMustNotBeRepeatedBroke() {
        assertThat(operation("POST", 0, Outcome.RESET_BEFORE_BYTE).effectUnknown()).isTrue();
        assertThat(operation("POST", 504, Outcome.SERVER_ERROR).effectUnknown()).isTrue();
        assertThat(operation("POST", 0, Outcome.REFUSED).effectUnknown()).isFalse();
        assertThat(operation("POST", 500, Outcome.SERVER_ERROR).effectUnknown()).isFalse();
        assertThat(operation("GET", 0, Outcome.RESET_BEFORE_BYTE).effectUnknown()).isFalse();
    }

    @Test
    void failuresAreCountedByClassAndStatus() {
        var operations =
                List.of(
                        operation("GET", 502, Outcome.SERVER_ERROR),
                        operation("GET", 200, Outcome.OK),
                        operation("GET", 503, Outcome.SERVER_ERROR),
                        operation("GET", 502, Outcome.SERVER_ERROR),
                        operation("GET", 0, Outcome.REFUSED));
        assertThat(Tally.failuresByClass(operations).toString())
                .isEqualTo("{5xx 502=2, 5xx 503=1, refused=1}");
    }

    @Test
    void latencyCountsFromTheIntendedStart() {
        var late =
                new Operation(
                        "c", 1, "GET", "/", 0, 90_000_000, 100_000_000, "a", 200, Outcome.OK, "");
        assertThat(Tally.latencyMillis(List.of(late)).get("p50")).isBetween(99.0, 101.0);
    }

    @Test
    void nothingObservedHasNoLatency() {
        assertThat(Tally.latencyMillis(List.of())).isEmpty();
    }

    private static Operation operation(String method, int status, Outcome outcome) {
        return new Operation("c", 1, method, "/", 0, 0, 1, "a", status, outcome, "");
    }
}

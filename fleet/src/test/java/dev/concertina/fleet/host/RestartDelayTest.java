package dev.concertina.fleet.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RestartDelayTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final RestartDelay delay = new RestartDelay();

    @Test
    void theFirstStartIsAtOnceAndTheNextOnesWaitTwiceAsLongEachTime() {
        List<Long> millis = IntStream.range(0, 9).mapToObj(_ -> crash()).toList();
        assertThat(millis)
                .containsExactly(0L, 250L, 500L, 1000L, 2000L, 4000L, 8000L, 10_000L, 10_000L);
    }

    private long crash() {
        delay.started(START);
        return delay.ended(START.plusSeconds(1)).toMillis();
    }

    @Test
    void whoRanForAWhileIsStartedAtOnceAgain() {
        crash();
        crash();
        delay.started(START);
        assertThat(delay.ended(START.plusSeconds(31))).isEqualTo(Duration.ZERO);
    }

    @Test
    void aStartThatFailsIsNoTimeOfRunning() {
        delay.started(START);
        delay.ended(START.plusSeconds(31));
        assertThat(delay.ended(START.plusSeconds(100))).isEqualTo(Duration.ofMillis(250));
    }
}

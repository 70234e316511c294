package dev.concertina.starter.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void aRateIsAStepAndATwentiethOfItIsTheBurst() {
        assertThat(Pace.of("100/m", Optional.empty())).isEqualTo(new Pace(600_000, 5));
        assertThat(Pace.of("10/s", Optional.empty())).isEqualTo(new Pace(100_000, 1));
        assertThat(Pace.of("5/10s", Optional.of(5))).isEqualTo(new Pace(2_000_000, 5));
    }

    @Test
    void moreIsFreeWithTime() {
        var pace = new Pace(100, 3);
        assertThat(pace.free(0)).isEqualTo(3);
        assertThat(pace.free(100)).isEqualTo(2);
        assertThat(pace.free(300)).isZero();
        assertThat(pace.waitFor(300)).isEqualTo(100);
        assertThat(pace.waitFor(250)).isEqualTo(50);
        assertThat(pace.waitFor(0)).isZero();
    }

    @Test
    void waitsDoubleUpToTheMostAndSpread() {
        var plain = new Retry(Duration.ofSeconds(2), Duration.ofMinutes(1), 0);
        var chance = new Random(7);
        assertThat(plain.after(1, chance)).isEqualTo(Duration.ofSeconds(2));
        assertThat(plain.after(2, chance)).isEqualTo(Duration.ofSeconds(4));
        assertThat(plain.after(6, chance)).isEqualTo(Duration.ofMinutes(1));
        assertThat(plain.after(1_000_000, chance)).isEqualTo(Duration.ofMinutes(1));
        var spread = new Retry(Duration.ofSeconds(10), Duration.ofMinutes(1), 0.2);
        for (int i = 0; i < 1000; i++) {
            assertThat(spread.after(1, chance))
                    .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
        }
    }
}

package dev.concertina.starter.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void inAnyWindowNoMorePassThanTheBurstAndTheRate() {
        var random = new Random(4711);
        for (int run = 0; run < 50; run++) {
            var rate =
                    new Rate(
                            1 + random.nextInt(1000),
                            Duration.ofMillis(1 + random.nextInt(90_000)));
            var pace = Pace.of(rate, 1 + random.nextInt(50));
            var passed = new ArrayList<Long>();
            long tat = 0;
            long now = 0;
            for (int i = 0; i < 400; i++) {
                now += random.nextLong(2 * pace.step());
                long ahead = Math.max(0, tat - now);
                if (pace.waitFor(ahead, 1) <= 0) {
                    tat = now + ahead + pace.step();
                    passed.add(now);
                }
            }
            assertThat(passed).isNotEmpty();
            assertBounded(passed, rate, pace.burst());
        }
    }

    private static void assertBounded(List<Long> passed, Rate rate, long burst) {
        double perMicro = rate.count() / (rate.period().toNanos() / 1000.0);
        for (int from = 0; from < passed.size(); from++) {
            for (int to = from; to < passed.size(); to++) {
                double allowed = burst + perMicro * (passed.get(to) - passed.get(from));
                assertThat((double) (to - from + 1)).isLessThanOrEqualTo(allowed + 1e-6);
            }
        }
    }

    @Test
    void theSharesOfAllInstancesAreNeverMoreThanTheWholeWhenTheBurstCanBeDivided() {
        for (int instances = 1; instances <= 20; instances++) {
            var whole = Pace.of(Rate.of("100/m"), 60);
            var share = whole.shared(instances, 1);
            assertThat(share.burst() * instances).isLessThanOrEqualTo(whole.burst());
            assertThat(share.step()).isEqualTo(whole.step() * instances);
        }
        assertThat(Pace.of(Rate.of("1/s"), 1).shared(5, 1).burst()).isEqualTo(1);
    }

    @Test
    void ratesAreWrittenAsPeopleWriteThem() {
        assertThat(Rate.of("10/s")).isEqualTo(new Rate(10, Duration.ofSeconds(1)));
        assertThat(Rate.of(" 5 / 10s ")).isEqualTo(new Rate(5, Duration.ofSeconds(10)));
        assertThat(Rate.of("100/m")).isEqualTo(new Rate(100, Duration.ofMinutes(1)));
        assertThat(Rate.of("1/d")).isEqualTo(new Rate(1, Duration.ofDays(1)));
        for (var bad : List.of("10", "0/s", "-1/s", "10/w", "1/0s")) {
            assertThatThrownBy(() -> Rate.of(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aLimitThatCannotWorkSaysWhy() {
        assertThatThrownBy(() -> Limit.of("a b", Rate.of("1/s"), 0, 1, "all", Away.OPEN))
                .hasMessageContaining("'a b' may only hold");
        assertThatThrownBy(() -> Limit.of("x", Rate.of("1/s"), 3, 4, "all", Away.OPEN))
                .hasMessageContaining("no request of cost 4 passes");
        assertThatThrownBy(() -> Limit.of("x", Rate.of("1/999d"), 0, 1, "all", Away.OPEN))
                .hasMessageContaining("more than a year");
    }
}

package dev.concertina.fleet.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasuredCostTest {
    private static final Cost COST = new Cost(0.15, 0.004, 0.00001);

    @Test
    void whatWasPutInIsFound() {
        for (long seed = 1; seed <= 20; seed++) {
            var chance = new Random(seed);
            var lines = new StringBuilder("seconds,requests-per-second,instances,cpu\n");
            for (int i = 0; i < 300; i++) {
                int instances = 1 + i % 4;
                double rate = chance.nextDouble(10, 300);
                double cpu = 100 * COST.use(rate, instances) * chance.nextDouble(0.95, 1.05);
                lines.append("%d,%f,%d,%f%n".formatted(i * 5, rate, instances, cpu));
            }
            MeasuredCost measured = MeasuredCost.parse("load.csv", lines.toString());
            assertThat(measured.from()).isEqualTo(300);
            assertThat(measured.off()).as("seed %d", seed).isLessThan(0.05);
            for (int instances = 1; instances <= 5; instances++) {
                assertThat(measured.cost().use(250, instances))
                        .as("seed %d, %d instances", seed, instances)
                        .isCloseTo(COST.use(250, instances), within(0.05));
            }
        }
    }

    /** What cannot be is not read out of noise: neither cost nor crowding is below 0. */
    @Test
    void whereRequestsGetCheaperNothingIsNegative() {
        var lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            double rate = 10 + 5 * i;
            lines.append("%d,%f,1,%f%n".formatted(i, rate, 10 * Math.sqrt(rate)));
        }
        Cost cost = MeasuredCost.parse("load.csv", lines.toString()).cost();
        assertThat(cost.idle()).isPositive();
        assertThat(cost.each()).isPositive();
        assertThat(cost.crowding()).isZero();
    }

    @Test
    void linesWithoutCpuSayNothing() {
        var lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            lines.append("%d,%d,1,%s%n".formatted(i, 10 + i, i % 2 == 0 ? 10 + i : ""));
        }
        assertThat(MeasuredCost.parse("load.csv", lines.toString()).from()).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0,5 | l.csv  holds 0 measurements of CPU, and a cost takes 12. Let the fleet run"
                        + " for longer, or give --capacity.",
                "0,50,1,50 | l.csv  holds one load only, 50.0 to 50.0 requests/s for each instance,"
                        + " which does not say what a request costs. Measure under more and under"
                        + " less load, or give --capacity.",
                "0,50,1,x | l.csv:1  'x' is no number of CPU percent. Give 0 or more, such as"
                        + " 60,120.5,3,70.",
                "0,50,1.5,3 | l.csv:1  '1.5' is no whole number of instances. Give 0 or more, such"
                        + " as 60,120.5,3,70."
            })
    void whatDoesNotSayItIsRefused(String line, String message) {
        assertThatThrownBy(() -> MeasuredCost.parse("l.csv", (line + "\n").repeat(20)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void cpuThatDoesNotGrowIsNoCost() {
        var lines = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            lines.append("%d,%d,1,%d%n".formatted(i, 10 + i, 60 - i));
        }
        assertThatThrownBy(() -> MeasuredCost.parse("l.csv", lines.toString()))
                .hasMessageContaining("does not grow with the requests");
    }

    @Test
    void capacityIsWhereTheWholeAllowanceIsUsed() {
        for (int instances = 1; instances <= 5; instances++) {
            assertThat(COST.use(COST.capacity(instances), instances)).isCloseTo(1, within(1e-9));
        }
        assertThat(Cost.proportional(40).capacity(3)).isCloseTo(120, within(1e-9));
        assertThat(COST.capacity(0)).isZero();
        assertThat(COST.use(10, 0)).isZero();
    }
}

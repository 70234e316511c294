package dev.concertina.fleet.control.scale;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.scale.ScaleEvents.ScaleEvent;
import dev.concertina.fleet.control.scale.ScalingRules.Policy;
import dev.concertina.fleet.control.scale.ScalingRules.Select;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final RateLimit FREE = new RateLimit(ScaleEvents.NONE, ScaleEvents.NONE, NOW);

    @ParameterizedTest
    @CsvSource({"25, 12, 29", "10, 50, 15", "1, 10, 2", "100, 10, 111", "50, 14, 58"})
    void aPercentageUpIsRoundedAsDoublesRound(int current, int percent, int limit) {
        assertThat(FREE.up(current, rules(Select.MAX, Policy.percent(percent, ofSeconds(60)))))
                .isEqualTo(limit);
    }

    @ParameterizedTest
    @CsvSource({"10, 90, 0", "5, 80, 0", "10, 50, 5", "3, 50, 1", "7, 100, 0"})
    void aPercentageDownIsCutAsDoublesCut(int current, int percent, int limit) {
        assertThat(FREE.down(current, rules(Select.MAX, Policy.percent(percent, ofSeconds(60)))))
                .isEqualTo(limit);
    }

    @Test
    void doublesDifferFromExactArithmeticInAsManyPairsAsInGo() {
        var up = 0;
        var down = 0;
        for (var n = 1; n <= 200; n++) {
            for (var v = 1; v <= 200; v++) {
                ScalingRules rules = rules(Select.MAX, Policy.percent(v, ofSeconds(60)));
                up += FREE.up(n, rules) == -Math.floorDiv(-n * (100 + v), 100) ? 0 : 1;
                boolean same = FREE.down(n, rules) == n * (100 - v) / 100;
                down += same || v > 100 ? 0 : 1;
            }
        }
        assertThat(List.of(up, down)).containsExactly(113, 119);
    }

    @Test
    void maxTakesTheLargestChangeAndMinTheSmallestInBothDirections() {
        Policy[] policies = {Policy.pods(2, ofSeconds(15)), Policy.percent(50, ofSeconds(15))};
        assertThat(FREE.up(10, rules(Select.MAX, policies))).isEqualTo(15);
        assertThat(FREE.up(10, rules(Select.MIN, policies))).isEqualTo(12);
        assertThat(FREE.down(10, rules(Select.MAX, policies))).isEqualTo(5);
        assertThat(FREE.down(10, rules(Select.MIN, policies))).isEqualTo(8);
    }

    @Test
    void aDisabledDirectionStaysAndTheOtherMoves() {
        ScalingRules off = rules(Select.DISABLED, Policy.pods(100, ofSeconds(15)));
        ScalingRules on = rules(Select.MAX, Policy.pods(100, ofSeconds(15)));
        Limited down = FREE.apply(5, 1, 1, 10, new Behavior(on, off));
        assertThat(down.replicas()).isEqualTo(5);
        assertThat(down.reason()).isEqualTo("ScaleDownLimit");
        Limited up = FREE.apply(5, 9, 1, 10, new Behavior(off, on));
        assertThat(up.replicas()).isEqualTo(5);
        assertThat(up.reason()).isEqualTo("ScaleUpLimit");
        assertThat(FREE.apply(5, 9, 1, 10, new Behavior(on, off)).replicas()).isEqualTo(9);
    }

    @Test
    void anEventExactlyAsOldAsThePeriodNoLongerCounts() {
        ScalingRules rules = rules(Select.MAX, Policy.pods(4, ofSeconds(60)));
        assertThat(after(3, NOW.minusSeconds(60)).up(10, rules)).isEqualTo(14);
        assertThat(after(3, NOW.minusSeconds(60).plusNanos(1)).up(10, rules)).isEqualTo(11);
    }

    @Test
    void spentRateNeverTurnsTheDirection() {
        ScalingRules rules = rules(Select.MAX, Policy.pods(1, ofSeconds(60)));
        Limited up = after(5, NOW.minusSeconds(1)).apply(10, 12, 1, 20, new Behavior(rules, rules));
        assertThat(up.replicas()).isEqualTo(10);
        var shrunk = new RateLimit(ScaleEvents.NONE, events(5, NOW.minusSeconds(1)), NOW);
        assertThat(shrunk.apply(10, 2, 1, 20, new Behavior(rules, rules)).replicas()).isEqualTo(10);
    }

    @Test
    void removedInstancesGiveRoomToGrowAgain() {
        var shrunk = new RateLimit(ScaleEvents.NONE, events(5, NOW.minusSeconds(1)), NOW);
        assertThat(shrunk.up(10, rules(Select.MAX, Policy.pods(4, ofSeconds(60))))).isEqualTo(19);
    }

    @Test
    void boundsSpeakOnlyInTheDirectionOfTheChange() {
        assertThat(FREE.apply(2, 2, 3, 10, Behavior.defaults()).replicas()).isEqualTo(2);
        assertThat(FREE.apply(8, 20, 3, 10, Behavior.defaults()).reason())
                .isEqualTo("TooManyReplicas");
        assertThat(FREE.apply(8, 1, 3, 10, Behavior.defaults()).reason())
                .isEqualTo("TooFewReplicas");
    }

    private static RateLimit after(int added, Instant at) {
        return new RateLimit(events(added, at), ScaleEvents.NONE, NOW);
    }

    private static ScaleEvents events(int change, Instant at) {
        return new ScaleEvents(List.of(new ScaleEvent(change, at, false)));
    }

    private static ScalingRules rules(Select select, Policy... policies) {
        return new ScalingRules(
                Optional.empty(), select, List.of(policies), OptionalDouble.empty());
    }
}

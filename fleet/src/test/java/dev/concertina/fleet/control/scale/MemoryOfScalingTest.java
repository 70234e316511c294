package dev.concertina.fleet.control.scale;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.scale.Recommendations.Recommendation;
import dev.concertina.fleet.control.scale.ScaleEvents.ScaleEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Recommendations and events: window edges and slots. */
class MemoryOfScalingTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration WINDOW = ofMinutes(5);
    private static final Instant EDGE = NOW.minus(WINDOW);

    @Test
    void withoutBehaviorARecommendationExactlyAsOldAsTheWindowStillCounts() {
        assertThat(recommended(9, EDGE).largest(3, WINDOW, NOW).replicas()).isEqualTo(9);
        assertThat(recommended(9, EDGE.minusNanos(1)).largest(3, WINDOW, NOW).replicas())
                .isEqualTo(3);
    }

    @Test
    void withBehaviorItNoLongerCounts() {
        assertThat(agreedDown(recommended(9, EDGE)).replicas()).isEqualTo(3);
        assertThat(agreedDown(recommended(9, EDGE.plusNanos(1))).replicas()).isEqualTo(9);
    }

    @Test
    void aSlotExactlyAtTheEdgeIsNotWrittenOver() {
        assertThat(agreedDown(recommended(9, EDGE)).after().slots()).hasSize(2);
        assertThat(agreedDown(recommended(9, EDGE.minusNanos(1))).after().slots()).hasSize(1);
        assertThat(recommended(9, EDGE).largest(3, WINDOW, NOW).after().slots()).hasSize(2);
    }

    @Test
    void theProposalIsRecordedAndNotTheStabilisedNumber() {
        assertThat(agreedDown(recommended(9, NOW.minusSeconds(10))).after().slots())
                .contains(new Recommendation(3, NOW));
    }

    @Test
    void anUpWindowHoldsGrowthToTheLeastOfIt() {
        var stabilized =
                recommended(6, NOW.minusSeconds(10)).agreed(5, 9, ofSeconds(60), WINDOW, NOW);
        assertThat(stabilized.replicas()).isEqualTo(6);
    }

    @Test
    void windowsThatDisagreeLeaveTheNumberAlone() {
        var stabilized =
                recommended(8, NOW.minusSeconds(10)).agreed(5, 3, ofSeconds(60), WINDOW, NOW);
        assertThat(stabilized.replicas()).isEqualTo(5);
    }

    @Test
    void theLastOutdatedEventIsWrittenOver() {
        var events =
                new ScaleEvents(
                        List.of(
                                new ScaleEvent(1, NOW.minusSeconds(100), false),
                                new ScaleEvent(2, NOW.minusSeconds(90), false),
                                new ScaleEvent(3, NOW.minusSeconds(10), false)));
        assertThat(events.plus(7, ofSeconds(60), NOW).slots())
                .containsExactly(
                        new ScaleEvent(1, NOW.minusSeconds(100), true),
                        new ScaleEvent(7, NOW, false),
                        new ScaleEvent(3, NOW.minusSeconds(10), false));
    }

    @Test
    void anEventExactlyAsOldAsTheLongestPeriodIsKept() {
        var event = new ScaleEvent(1, NOW.minusSeconds(60), false);
        assertThat(new ScaleEvents(List.of(event)).plus(7, ofSeconds(60), NOW).slots())
                .containsExactly(event, new ScaleEvent(7, NOW, false));
    }

    @Test
    void aSlotOnceOutdatedStaysSoWhenPeriodsGrow() {
        var events = new ScaleEvents(List.of(new ScaleEvent(1, NOW.minusSeconds(61), true)));
        assertThat(events.plus(7, ofMinutes(10), NOW).slots())
                .containsExactly(new ScaleEvent(7, NOW, false));
    }

    private static Recommendations.Stabilized agreedDown(Recommendations recommendations) {
        return recommendations.agreed(9, 3, Duration.ZERO, WINDOW, NOW);
    }

    private static Recommendations recommended(int replicas, Instant at) {
        return new Recommendations(List.of(new Recommendation(replicas, at)));
    }
}

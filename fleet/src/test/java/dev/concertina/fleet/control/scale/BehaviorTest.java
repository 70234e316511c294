package dev.concertina.fleet.control.scale;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.fleet.control.scale.ScalingRules.Policy;
import dev.concertina.fleet.control.scale.ScalingRules.Select;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class BehaviorTest {
    @Test
    void defaultsAreUpstreams() {
        Behavior defaults = Behavior.of(Behavior.Given.NOTHING, Behavior.Given.NOTHING);
        assertThat(defaults).isEqualTo(Behavior.defaults());
        assertThat(defaults.up())
                .isEqualTo(
                        new ScalingRules(
                                Optional.of(Duration.ZERO),
                                Select.MAX,
                                List.of(
                                        Policy.pods(4, ofSeconds(15)),
                                        Policy.percent(100, ofSeconds(15))),
                                OptionalDouble.empty()));
        assertThat(defaults.down())
                .isEqualTo(
                        new ScalingRules(
                                Optional.empty(),
                                Select.MAX,
                                List.of(Policy.percent(100, ofSeconds(15))),
                                OptionalDouble.empty()));
    }

    @Test
    void aGivenListReplacesTheDefaultWholeAndFieldsOneByOne() {
        var given =
                new Behavior.Given(
                        Optional.empty(),
                        Optional.of(Select.MIN),
                        Optional.of(List.of(Policy.pods(1, ofSeconds(60)))),
                        OptionalDouble.of(0.2));
        ScalingRules up = Behavior.of(given, Behavior.Given.NOTHING).up();
        assertThat(up.window()).hasValue(Duration.ZERO);
        assertThat(up.select()).isEqualTo(Select.MIN);
        assertThat(up.policies()).containsExactly(Policy.pods(1, ofSeconds(60)));
        assertThat(up.tolerance()).hasValue(0.2);
    }

    @Test
    void toleranceIsPerDirectionAndTheGateMayCloseIt() {
        var tolerant =
                new Behavior.Given(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalDouble.of(0.5));
        Behavior behavior = Behavior.of(Behavior.Given.NOTHING, tolerant);
        ScaleSettings open = ScaleSettings.of(1, 2, List.of(), Optional.of(behavior));
        assertThat(open.effectiveTolerance()).isEqualTo(new Tolerance(0.5, 0.1));
        var closed =
                new ScaleSettings(
                        1,
                        2,
                        List.of(),
                        Optional.of(behavior),
                        0.1,
                        ScaleSettings.DOWNSCALE_STABILIZATION,
                        ScaleSettings.READINESS,
                        LegacyLimit.DEFAULT,
                        false,
                        false);
        assertThat(closed.effectiveTolerance()).isEqualTo(new Tolerance(0.1, 0.1));
    }

    @Test
    void impossibleRulesAreRefusedWithTheValueAndTheNextMove() {
        assertThatThrownBy(() -> Policy.pods(0, ofSeconds(15)))
                .hasMessage("the value of a policy is 0. Give a number above 0.");
        assertThatThrownBy(() -> Policy.pods(1, ofSeconds(1801)))
                .hasMessage("periodSeconds is 1801.0 s. Give 1 to 1800 seconds.");
        assertThatThrownBy(() -> Policy.pods(1, Duration.ZERO))
                .hasMessage("periodSeconds is 0.0 s. Give 1 to 1800 seconds.");
        assertThatThrownBy(() -> rules(ofSeconds(3601), 0.1, Policy.pods(1, ofSeconds(1))))
                .hasMessage("stabilizationWindowSeconds is 3601.0 s. Give 0 to 3600 seconds.");
        assertThatThrownBy(() -> rules(ofSeconds(0), -0.1, Policy.pods(1, ofSeconds(1))))
                .hasMessage("tolerance is -0.1. Give 0 or more, such as 0.1.");
        assertThatThrownBy(() -> rules(ofSeconds(0), 0.1))
                .hasMessage("policies is empty. List at least one, or leave policies out.");
        assertThatThrownBy(() -> ScaleSettings.of(4, 2, List.of(), Optional.empty()))
                .hasMessage("max is 2 but min is 4. Raise max to 4 or more, or lower min.");
        assertThatThrownBy(() -> new Metric.Utilization("cpu", Resource.CPU, 0))
                .hasMessage("the target of cpu is 0. Give a number above 0.");
    }

    private static ScalingRules rules(Duration window, double tolerance, Policy... policies) {
        return new ScalingRules(
                Optional.of(window), Select.MAX, List.of(policies), OptionalDouble.of(tolerance));
    }
}

package dev.concertina.fleet.control.scale;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.concertina.fleet.control.scale.ScalingRules.Policy;
import dev.concertina.fleet.control.scale.ScalingRules.Select;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Requirement 3.7: 3 to 10, CPU 70 %, memory 80 %, quick to grow and slow to shrink. */
public final class Asked {
    public static final Metric CPU = new Metric.Utilization("cpu", Resource.CPU, 70);
    public static final Metric MEMORY = new Metric.Utilization("memory", Resource.MEMORY, 80);

    /** Down 50 %/60 s after 300 s; up 100 %/15 s or 2/15 s, the larger. */
    public static final Behavior BEHAVIOR =
            Behavior.of(
                    new Behavior.Given(
                            Optional.empty(),
                            Optional.of(Select.MAX),
                            Optional.of(
                                    List.of(
                                            Policy.percent(100, ofSeconds(15)),
                                            Policy.pods(2, ofSeconds(15)))),
                            OptionalDouble.empty()),
                    new Behavior.Given(
                            Optional.of(ofMinutes(5)),
                            Optional.empty(),
                            Optional.of(List.of(Policy.percent(50, ofSeconds(60)))),
                            OptionalDouble.empty()));

    public static final ScaleSettings SETTINGS =
            ScaleSettings.of(3, 10, List.of(CPU, MEMORY), Optional.of(BEHAVIOR));

    private Asked() {}
}

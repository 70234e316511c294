package dev.concertina.fleet.control.scale;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.scale.LocalInstance.State;
import dev.concertina.fleet.control.scale.Replica.Ready;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocalLoadTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration WINDOW = ofSeconds(30);
    private static final LocalLoad LOAD =
            new LocalLoad(Map.of(Resource.CPU, 1000L, Resource.MEMORY, 1000L), ofSeconds(60));

    @Test
    void startUpCpuOfNewInstancesNeverScales() {
        // Two at the target, one newcomer that burns a whole core since its start.
        for (var age = 0; age < 60 + 30; age++) {
            var load = steady("a", 700).plus("a", now(700)).plus("b", point(30, 0));
            load = load.plus("b", now(700));
            load = load.plus("new", point(Math.clamp(age, 1, 30), 0)).plus("new", now(1000));
            List<LocalInstance> instances =
                    List.of(serving("a", 3600), serving("b", 3600), serving("new", age));
            assertThat(decide(3, instances, load).desired()).as("age %d s", age).isEqualTo(3);
        }
    }

    @Test
    void onceAWholeWindowLiesBehindTheWarmUpAnInstanceCounts() {
        var load = steady("a", 700).plus("b", point(30, 0)).plus("b", now(700));
        load = load.plus("new", point(30, 0)).plus("new", now(1000));
        List<LocalInstance> instances =
                List.of(serving("a", 3600), serving("b", 3600), serving("new", 90));
        assertThat(decide(3, instances, load).desired()).isEqualTo(4);
    }

    @Test
    void drainingInstancesOfARolloutDoNotCount() {
        var load = steady("a", 700).plus("b", point(30, 0)).plus("b", now(700));
        load = load.plus("c", point(30, 0)).plus("c", now(700));
        load = load.plus("old", point(30, 0)).plus("old", now(3000));
        var old = new LocalInstance("old", State.LEAVING, started(3600), Optional.of(ready(3500)));
        List<LocalInstance> instances =
                List.of(serving("a", 3600), serving("b", 3600), serving("c", 3600), old);
        ScaleDecision decision = decide(3, instances, load);
        assertThat(decision.desired()).isEqualTo(3);
        assertThat(String.join("\n", decision.explain())).contains("3 ready", "1 ignored");
    }

    @Test
    void anInstanceThatWasSeenOnceIsMissingAndHoldsAShrinkingFleet() {
        var load = steady("a", 300).plus("b", point(30, 0)).plus("b", now(300));
        load = load.plus("c", now(0));
        List<LocalInstance> instances =
                List.of(serving("a", 3600), serving("b", 3600), serving("c", 3600));
        // (300 + 300 + 1000) of 3000 is 53 %: 3, where the two alone would say 1.
        assertThat(decide(3, instances, load).proposal()).hasValue(3);
    }

    @Test
    void theInitializationPeriodOutlastsALongWarmUp() {
        var slow = new LocalLoad(Map.of(Resource.CPU, 1000L), ofMinutes(10));
        assertThat(slow.readiness(ScaleSettings.READINESS, WINDOW).cpuInitialization())
                .isEqualTo(ofMinutes(11));
        assertThat(LOAD.readiness(ScaleSettings.READINESS, WINDOW))
                .isEqualTo(ScaleSettings.READINESS);
    }

    private static ScaleDecision decide(int wanted, List<LocalInstance> seen, LoadWindow load) {
        var settings =
                ScaleSettings.of(1, 10, List.of(Asked.CPU), Optional.of(Behavior.defaults()));
        Observation observation =
                LOAD.observe(wanted, seen, load, settings.metrics(), Map.of(), NOW);
        return new ScalePolicy(settings).next(ScaleState.fresh(), observation, NOW).decision();
    }

    private static LoadWindow steady(String name, int milliCores) {
        return LoadWindow.of(WINDOW).plus(name, point(30, 0)).plus(name, now(milliCores));
    }

    private static LoadPoint point(int age, int cpuSeconds) {
        return new LoadPoint(NOW.minusSeconds(age), ofSeconds(cpuSeconds), 100);
    }

    /** As if it had used so much for the last 30 s. */
    private static LoadPoint now(int milliCores) {
        return new LoadPoint(NOW, Duration.ofMillis(30L * milliCores), 100);
    }

    private static LocalInstance serving(String name, int age) {
        return new LocalInstance(
                name, State.SERVING, started(age), Optional.of(ready(Math.max(0, age - 5))));
    }

    private static Optional<Instant> started(int age) {
        return Optional.of(NOW.minusSeconds(age));
    }

    private static Ready ready(int age) {
        return new Ready(true, NOW.minusSeconds(age));
    }
}

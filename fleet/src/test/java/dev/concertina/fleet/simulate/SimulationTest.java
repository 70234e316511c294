package dev.concertina.fleet.simulate;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.scale.Asked;
import dev.concertina.fleet.control.scale.Behavior;
import dev.concertina.fleet.control.scale.LocalLoad;
import dev.concertina.fleet.control.scale.Resource;
import dev.concertina.fleet.control.scale.ScaleDecision;
import dev.concertina.fleet.control.scale.ScaleSettings;
import dev.concertina.fleet.simulate.Outcome.Tick;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** The settings of requirement 3.7 against traffic. An instance serves 100 requests/s. */
class SimulationTest {
    private static final long MEMORY = 512L << 20;
    private static final ServiceModel SERVICE =
            new ServiceModel(
                    Cost.proportional(100),
                    1,
                    ofSeconds(4),
                    ofSeconds(20),
                    ofSeconds(10),
                    MEMORY / 4,
                    MEMORY / 2);
    private static final Replay REPLAY = replay(Asked.SETTINGS, ofSeconds(24));

    @Test
    void steadyTrafficAtTheTargetChangesNothing() {
        Outcome outcome = run(3600, second -> 210);
        assertThat(outcome.changes()).isEmpty();
        assertThat(outcome.instanceHours()).isEqualTo(3.0);
        assertThat(outcome.missSeconds()).isZero();
    }

    @Test
    void aLoadStepScalesOutWithinTwoSyncPeriods() {
        Outcome outcome = run(1200, second -> second < 300 ? 150 : 290);
        ScaleDecision first = outcome.changes().getFirst();
        assertThat(first.at().getEpochSecond()).isBetween(301L, 330L);
        assertThat(first.desired()).isGreaterThan(3);
        assertThat(outcome.most()).isEqualTo(5);
        assertThat(outcome.reversals()).isZero();
    }

    @Test
    void growthAndShrinkingFollowTheRatesThatWereAskedFor() {
        Outcome outcome = run(3600, second -> second >= 600 && second < 1800 ? 680 : 150);
        List<ScaleDecision> changes = outcome.changes();
        assertThat(changes).extracting(ScaleDecision::desired).startsWith(5, 8, 10).endsWith(3);
        // The traffic left at 1800; the last recommendation of ten counts 300 s longer.
        assertThat(changes.get(3).at().getEpochSecond()).isBetween(2100L, 2145L);
        List<Tick> ticks = outcome.ticks();
        for (var second = 1800; second < ticks.size(); second++) {
            assertThat(ticks.get(second).wanted())
                    .as("second %d", second)
                    .isGreaterThanOrEqualTo(ticks.get(second - 60).wanted() / 2);
        }
        assertThat(outcome.missSeconds()).isPositive().isLessThan(120);
        assertThat(outcome.reversals()).isEqualTo(1);
    }

    @Test
    void aNoisyTraceDoesNotFlapWithTheDefaultWindow() {
        for (var seed = 1L; seed <= 20; seed++) {
            Outcome outcome = noisy(seed, Asked.SETTINGS);
            assertThat(outcome.reversalsWithin(ofMinutes(10)))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void withoutAWindowTheSameTraceFlaps() {
        ScaleSettings hasty = settings(Optional.empty(), 0.1, Duration.ZERO);
        assertThat(noisy(1, hasty).reversalsWithin(ofMinutes(10))).isGreaterThan(1);
    }

    @Test
    void startUpCpuDoesNotFeedTheGrowthThatCausedIt() {
        // Newcomers burn a whole core for two minutes; the traffic needs four instances.
        var slow = ServiceModel.of(100, ofSeconds(60), ofSeconds(60));
        ScaleSettings exact = settings(Optional.of(Asked.BEHAVIOR), 0, ofMinutes(5));
        Outcome aware =
                Simulation.run(
                        trace(1800, second -> second < 300 ? 200 : 270),
                        slow,
                        replay(exact, ofMinutes(2)));
        assertThat(aware.most()).isEqualTo(4);
    }

    @Test
    void theSameInputHasTheSameOutcome() {
        assertThat(noisy(7, Asked.SETTINGS)).isEqualTo(noisy(7, Asked.SETTINGS));
    }

    @Test
    void requestsOverCapacityAreCounted() {
        Outcome outcome = run(300, second -> second < 10 ? 350 : 100);
        assertThat(outcome.missSeconds()).isEqualTo(10);
        assertThat(outcome.missRequests()).isEqualTo(500.0);
        assertThat(outcome.requests()).isEqualTo(3500.0 + 29000.0);
    }

    @Test
    void theTextTellsEachChangeAndTheSums() {
        String text = OutcomeText.of(run(1200, second -> second < 300 ? 150 : 290));
        assertThat(text)
                .startsWith("time       instances offered/s  why\n00:05:")
                .contains("3 -> ", "290.0  cpu above target", "duration        00:20:00")
                .containsPattern("over capacity +0 requests \\(0\\.000 %\\) in 0 s")
                .containsPattern("instance-hours +\\d\\.\\d\\d \\(always 10: 3\\.33\\), at most 5")
                .containsPattern("changes +\\d+, of these reversals 0, at most 0 in 10 minutes");
        assertThat(OutcomeText.of(run(60, second -> 100))).contains("no change in 3 passes");
    }

    @Test
    void theChartIsOneWellFormedSvgThatNeedsNothingElse() throws Exception {
        String svg = OutcomeChart.of(run(3600, second -> second < 600 ? 150 : 680));
        var parsed =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(svg)));
        assertThat(parsed.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(parsed.getElementsByTagName("path").getLength()).isEqualTo(8);
        assertThat(svg).contains("class=\"missed\"").doesNotContain("href", "NaN", "Infinity");
        assertThat(svg.length()).isLessThan(100_000);
    }

    private static ScaleSettings settings(
            Optional<Behavior> behavior, double tolerance, Duration stabilization) {
        return new ScaleSettings(
                3,
                10,
                List.of(Asked.CPU),
                behavior,
                tolerance,
                stabilization,
                ScaleSettings.READINESS,
                Asked.SETTINGS.legacyLimit(),
                true,
                false);
    }

    private static Outcome noisy(long seed, ScaleSettings settings) {
        var random = new Random(seed);
        var rates = new ArrayList<Double>();
        for (var second = 0; second < 3600; second++) {
            double wave = 330 + 60 * Math.sin(second / 40.0);
            rates.add(Math.max(0, wave + 90 * random.nextGaussian()));
        }
        return Simulation.run(trace(3600, rates::get), SERVICE, replay(settings, ofSeconds(24)));
    }

    private static Outcome run(int seconds, IntToDoubleFunction rate) {
        return Simulation.run(trace(seconds, rate), SERVICE, REPLAY);
    }

    private static Trace trace(int seconds, IntToDoubleFunction rate) {
        var points = new ArrayList<Trace.Point>();
        for (var second = 0; second < seconds; second++) {
            points.add(new Trace.Point(second, rate.applyAsDouble(second)));
        }
        return new Trace(points);
    }

    private static Replay replay(ScaleSettings settings, Duration warmUp) {
        return Replay.of(
                settings,
                new LocalLoad(Map.of(Resource.CPU, 1000L, Resource.MEMORY, MEMORY), warmUp));
    }
}

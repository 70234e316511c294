package dev.concertina.testkit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.concertina.fleet.control.rollout.Approach;
import dev.concertina.fleet.control.scale.Autoscaler;
import dev.concertina.fleet.control.scale.LocalLoad;
import dev.concertina.fleet.control.scale.Measurement;
import dev.concertina.fleet.control.scale.Metric;
import dev.concertina.fleet.control.scale.Resource;
import dev.concertina.fleet.control.scale.ScaleSettings;
import dev.concertina.fleet.simulate.Outcome;
import dev.concertina.fleet.simulate.Replay;
import dev.concertina.fleet.simulate.ServiceModel;
import dev.concertina.fleet.simulate.Simulation;
import dev.concertina.fleet.simulate.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** CPU at 70 % of one core each, 2 to 6 instances. */
class AutoscaleTest {
    private static final ScaleSettings SETTINGS =
            ScaleSettings.of(
                    2,
                    6,
                    List.of(new Metric.Utilization("cpu", Resource.CPU, 70)),
                    Optional.empty());
    private static final LocalLoad LOAD = new LocalLoad(Map.of(Resource.CPU, 1000L), ofSeconds(30));
    private static final Autoscaler SCALER =
            Autoscaler.of(SETTINGS, LOAD, ofSeconds(30), ofSeconds(15));

    @Test
    void aStepOfLoadScalesOutWithinTwoPeriodsAndInAfterTheWindow() {
        SimFleet fleet = warm(1);
        fleet.demand(2.0);
        fleet.advance(ofSeconds(35));
        assertThat(fleet.state().wanted()).isEqualTo(3);
        fleet.settle();
        assertThat(fleet.state().slots()).hasSize(3);
        assertThat(String.join(" ", fleet.state().scaling().why())).contains("% of target 70%");

        fleet.advance(ofMinutes(5));
        fleet.demand(0.8);
        fleet.advance(ofMinutes(4));
        assertThat(fleet.state().wanted()).isEqualTo(3);
        fleet.advance(ofMinutes(3));
        assertThat(fleet.state().wanted()).isEqualTo(2);
    }

    @Test
    void theCpuOfAStartDoesNotScale() {
        SimFleet fleet =
                Fleets.simulated()
                        .slots(2)
                        .seed(7)
                        .program(p -> p.listeningAfter(ofSeconds(25)))
                        .autoscaler(SCALER)
                        .begin();
        fleet.demand(0.2);

        fleet.advance(ofMinutes(3));

        assertThat(fleet.state().wanted()).isEqualTo(2);
    }

    @Test
    void noiseDoesNotMakeItFlap() {
        SimFleet fleet = warm(1);
        var chance = new SplittableRandom(7);
        List<Integer> wanted = new ArrayList<>();
        for (int minute = 0; minute < 60; minute++) {
            for (int part = 0; part < 12; part++) {
                fleet.demand(chance.nextDouble(1.0, 2.4));
                fleet.advance(ofSeconds(5));
            }
            wanted.add(fleet.state().wanted());
        }
        int reversals = 0;
        int direction = 0;
        for (int i = 1; i < wanted.size(); i++) {
            int step = Integer.signum(wanted.get(i) - wanted.get(i - 1));
            reversals += step != 0 && step == -direction ? 1 : 0;
            direction = step == 0 ? direction : step;
        }
        assertThat(reversals).as(wanted.toString()).isLessThanOrEqualTo(6);
    }

    @Test
    void simulatePredictsWhatTheFleetDoes() {
        // 100 requests/s are one core; the trace begins with a warm fleet.
        Trace trace = Trace.parse("trace", "0,100\n600,330\n1500,80\n3000,80\n");
        SimFleet fleet = warm(1.0);
        List<Integer> seen = new ArrayList<>();
        for (int second = 0; second < 3000; second++) {
            fleet.demand(second < 600 ? 1.0 : second < 1500 ? 3.3 : 0.8);
            fleet.advance(ofSeconds(1));
            seen.add(fleet.state().wanted());
        }
        Outcome outcome =
                Simulation.run(
                        trace,
                        ServiceModel.of(100, ofMillis(2300), ofSeconds(30)),
                        new Replay(
                                SETTINGS,
                                new LocalLoad(LOAD.requests(), LOAD.warmUp().plusMillis(2300)),
                                2,
                                ofSeconds(30),
                                ofSeconds(5),
                                ofSeconds(15)));
        List<Integer> predicted = outcome.ticks().stream().map(Outcome.Tick::wanted).toList();

        assertThat(predicted.get(1490)).isGreaterThan(predicted.get(590));
        for (int second : new int[] {590, 700, 1490, 1700, 2990}) {
            assertThat(seen.get(second)).as("second " + second).isEqualTo(predicted.get(second));
        }
        // The passes of the two need not fall on the same second.
        assertThat(change(seen, 600)).isBetween(600, 631);
        assertThat(change(seen, 600)).isCloseTo(change(predicted, 600), within(15));
        assertThat(change(seen, 1500)).isCloseTo(change(predicted, 1500), within(20));
    }

    @Test
    void whatItServesAndCostsIsRecordedUnlessOneIsNew() {
        SimFleet fleet = warm(1.2);
        fleet.traffic(ofMillis(100), ofMillis(50));
        fleet.advance(ofMinutes(2));
        Measurement calm = fleet.measurements().getLast();
        assertThat(calm.instances()).isEqualTo(2);
        assertThat(calm.requestsPerSecond()).isCloseTo(10, within(1.0));
        assertThat(calm.cpu().orElseThrow()).isCloseTo(60, within(0.5));

        // The first one may have begun before the demand grew.
        int before = fleet.measurements().size() + 1;
        fleet.demand(2.0);
        fleet.advance(ofMinutes(3));
        List<Measurement> since = fleet.measurements().subList(before, fleet.measurements().size());
        Measurement busy = since.getLast();
        assertThat(busy.instances()).isEqualTo(3);
        assertThat(busy.cpu().orElseThrow()).isCloseTo(66.7, within(0.5));
        // What starts and warms up takes no even share, and would say that requests are dear.
        assertThat(since)
                .filteredOn(m -> m.cpu().isPresent())
                .extracting(m -> Math.round(m.cpu().orElseThrow()))
                .containsOnly(100L, 67L);
        assertThat(since).filteredOn(m -> m.cpu().isEmpty()).hasSizeBetween(6, 9);
    }

    /** The first second from this one on at which the number is another. */
    private static int change(List<Integer> wanted, int from) {
        int second = from;
        while (second < wanted.size() && wanted.get(second).equals(wanted.get(from))) {
            second++;
        }
        return second;
    }

    @Test
    void aBlueGreenReleaseIsNotTakenForIdleness() {
        Duration watch = ofMinutes(12);
        SimFleet fleet =
                Fleets.simulated()
                        .slots(4)
                        .seed(7)
                        .autoscaler(SCALER)
                        .approach(
                                new Approach(
                                        Approach.Kind.BLUE_GREEN,
                                        List.of(100),
                                        watch,
                                        false,
                                        Optional.empty(),
                                        Duration.ZERO))
                        .start();
        fleet.demand(2.6);
        fleet.advance(ofMinutes(10));
        assertThat(fleet.state().wanted()).isEqualTo(4);

        fleet.deploy(SimProgram.good());
        fleet.advance(ofMinutes(12));
        assertThat(fleet.state().wanted()).isEqualTo(4);
        fleet.settle();

        assertThat(fleet.state().release()).isEqualTo("r2");
        assertThat(fleet.state().wanted()).isEqualTo(4);
    }

    private static SimFleet warm(double cores) {
        SimFleet fleet = Fleets.simulated().slots(2).seed(7).autoscaler(SCALER).start();
        fleet.demand(cores);
        fleet.advance(ofMinutes(6));
        assertThat(fleet.state().wanted()).isEqualTo(2);
        return fleet;
    }
}

package dev.concertina.testkit;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.fleet.control.Settings;
import dev.concertina.fleet.control.supervise.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is done for processes besides asking whether they are ready. */
class CareTest {
    private static final long MEMORY_MAX = 500L << 20;

    static final Settings.Care EVERYTHING =
            new Settings.Care(
                    Optional.of(new Settings.WarmUp(List.of("/a", "/b"), 3, ofSeconds(10))),
                    Optional.of(SimProber.LIVE),
                    OptionalLong.of(MEMORY_MAX),
                    Optional.of(new Settings.CrashLoop(6, ofMinutes(10))));

    private static Fleets fleets(int slots) {
        return Fleets.simulated().slots(slots).seed(7).care(EVERYTHING);
    }

    private static List<String> story(SimFleet fleet) {
        var told = new ArrayList<String>();
        fleet.onTold(line -> told.add(line.text()));
        return told;
    }

    private static Set<String> instances(SimFleet fleet) {
        return fleet.state().slots().stream().map(Slot::instance).collect(Collectors.toSet());
    }

    @Test
    void anInstanceIsWarmBeforeItGetsRequests() {
        var fleet = fleets(1).begin();
        var told = story(fleet);
        var asked = new ArrayList<String>();
        fleet.prober()
                .onProbe(path -> {
                    asked.add(path);
                    if (!path.equals(SimProber.LIVE)) {
                        assertThat(fleet.gateway().table().targets())
                                .as("nobody gets requests yet")
                                .satisfiesAnyOf(
                                        t -> assertThat(t).isEmpty(),
                                        _ -> assertThat(path).isEqualTo("/health/ready"));
                    }
                });

        fleet.settle();

        assertThat(asked.stream().filter(p -> p.length() == 2).toList())
                .containsExactly("/a", "/b", "/a", "/b", "/a", "/b");
        assertThat(told).anyMatch(line -> line.startsWith("is warm: 6 requests in "));
    }

    @Test
    void aWarmUpThatNeverEndsHoldsNobodyForLongerThanItMay() {
        var fleet = fleets(1).begin();
        fleet.prober()
                .onProbe(path -> {
                    if (path.equals("/a")) {
                        fleet.freeze(1);
                    }
                });
        fleet.advance(ofSeconds(20));
        assertThat(fleet.slot(1)).isInstanceOfAny(Slot.Ready.class, Slot.Unready.class);
    }

    @Test
    void aNewFleetProcessWarmsUpAnewWhatTheOldOneWasWarmingUp() {
        var fleet = fleets(2).begin();
        fleet.prober()
                .onProbe(path -> {
                    if (path.equals("/a")) {
                        fleet.prober().onProbe(_ -> {});
                        fleet.killFleet();
                    }
                });
        fleet.advance(ofSeconds(10));
        fleet.settle();
        assertThat(fleet.gateway().table().targets()).hasSize(2);
    }

    @Test
    void anInstanceThatHoldsTooMuchIsReplacedByOneThatIsReadyFirst() {
        var fleet = fleets(3).start();
        fleet.traffic(ofSeconds(1), ofSeconds(3));
        var told = story(fleet);
        String fat = fleet.slot(2).instance();

        fleet.hold(2, MEMORY_MAX + 1);
        fleet.advance(ofSeconds(30));
        fleet.settle();
        assertThat(instances(fleet)).hasSize(3).doesNotContain(fat);
        assertThat(fleet.gateway().unserved()).isZero();
        assertThat(told.stream().filter(l -> l.startsWith("is ready") || l.equals("drains")))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("is ready after"),
                        line -> assertThat(line).isEqualTo("drains"));
        assertThat(told)
                .contains("holds 500 MiB of memory, more than 500 MiB; it is replaced by another");
    }

    @Test
    void oneAtATimeIsReplacedAndOneAMinute() {
        var fleet = fleets(3).start();
        Set<String> before = instances(fleet);

        for (int slot = 1; slot <= 3; slot++) {
            fleet.hold(slot, MEMORY_MAX * 2);
        }
        fleet.advance(ofSeconds(30));
        fleet.settle();
        assertThat(instances(fleet)).filteredOn(before::contains).hasSize(2);
        assertThat(fleet.state().wear().worn()).hasSize(2);

        fleet.advance(ofMinutes(3));
        fleet.settle();
        assertThat(instances(fleet)).filteredOn(before::contains).isEmpty();
    }

    @Test
    void aReplacementThatDoesNotComeUpCostsNobody() {
        var fleet = fleets(2).start();
        String fat = fleet.slot(1).instance();
        fleet.become("r1", SimProgram.neverReady());

        fleet.hold(1, MEMORY_MAX * 2);
        fleet.advance(ofMinutes(2));

        assertThat(fleet.gateway().routes(fat)).isTrue();
        assertThat(fleet.state().ready()).isEqualTo(2);
    }

    @Test
    void theSingleInstanceIsReplacedWithoutAGap() {
        var fleet = fleets(1).start();
        fleet.traffic(ofSeconds(1), ofSeconds(3));
        fleet.hold(1, MEMORY_MAX * 2);
        fleet.advance(ofSeconds(30));
        fleet.settle();
        assertThat(fleet.gateway().unserved()).isZero();
    }

    @Test
    void anInstanceThatIsNotAliveIsReplaced() {
        var fleet = fleets(3).start();
        var told = story(fleet);
        String sick = fleet.slot(3).instance();
        fleet.advance(ofSeconds(5));

        fleet.sicken(3);
        fleet.advance(ofSeconds(20));
        fleet.settle();

        assertThat(instances(fleet)).hasSize(3).doesNotContain(sick);
        assertThat(told)
                .contains(
                        "is not alive: GET /health/live: HTTP 500: deadlocked; it is replaced by"
                                + " another");
    }

    @Test
    void aPathOfLivenessThatNobodyEverAnsweredRestartsNobody() {
        var fleet = fleets(2).begin();
        fleet.prober().onProbe(_ -> fleet.host().running().forEach(SimHost.SimProcess::sicken));
        fleet.settle();
        Set<String> before = instances(fleet);
        fleet.advance(ofMinutes(5));
        assertThat(instances(fleet)).isEqualTo(before);
    }

    @Test
    void aPausedInstanceIsNotTakenForADeadOne() {
        var fleet = fleets(3).start();
        fleet.advance(ofSeconds(5));
        String paused = fleet.slot(1).instance();

        fleet.freeze(1);
        fleet.advance(ofSeconds(25));
        fleet.thaw(1);
        fleet.settle();

        assertThat(fleet.slot(1).instance()).isEqualTo(paused);
    }

    @Test
    void aSlotThatCrashesAgainAndAgainIsGivenUpUntilItIsRestarted() {
        var fleet = fleets(2).start();
        var told = story(fleet);
        fleet.become("r1", SimProgram.exitsAtOnce());

        fleet.crash(1);
        fleet.advance(ofMinutes(5));
        assertThat(fleet.slot(1)).isInstanceOf(Slot.Failed.class);
        assertThat(fleet.slot(2)).isInstanceOf(Slot.Ready.class);
        assertThat(told).anyMatch(line -> line.startsWith("crash loop: 6 times within "));

        long starts = fleet.state().generation();
        fleet.advance(ofMinutes(30));
        assertThat(fleet.state().generation()).isEqualTo((int) starts);

        fleet.become("r1", SimProgram.good());
        fleet.replace(fleet.slot(1).instance());
        fleet.advance(ofSeconds(30));
        fleet.settle();
        assertThat(fleet.state().ready()).isEqualTo(2);
    }

    @Test
    void crashesWithHealthyWhilesBetweenAreACrashLoopToo() {
        var fleet = fleets(2).start();
        for (int i = 0; i < 6; i++) {
            fleet.crash(1);
            fleet.advance(ofSeconds(45));
        }
        assertThat(fleet.slot(1)).isInstanceOf(Slot.Failed.class);
    }

    @Test
    void crashesFarApartAreForgotten() {
        var fleet = fleets(2).start();
        for (int i = 0; i < 10; i++) {
            fleet.crash(1);
            fleet.advance(ofMinutes(3));
        }
        assertThat(fleet.slot(1)).isInstanceOf(Slot.Ready.class);
    }
}

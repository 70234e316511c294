package dev.concertina.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.concertina.contract.Balance;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.Policies;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Target;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Targets that answer in a time the test says, on a clock the test moves. */
class SlowStartTest {
    private static final long MILLI = 1_000_000;
    private static final long LONGEST = Policies.SlowStart.defaults().longest().toNanos();

    private final Map<String, Long> answerTimes = new HashMap<>();
    private long now = 1;
    private long version;
    private Routes routes = Routes.empty();

    @ParameterizedTest
    @EnumSource(Balance.class)
    void aNewTargetGetsATenthAtFirst(Balance balance) {
        established(balance, target("a", 1), target("b", 1));
        requests(200, MILLI);
        answerTimes.put("c", 50 * MILLI);
        route(balance, target("a", 1), target("b", 1), target("c", 1));
        Map<String, Integer> counts = requests(3000, MILLI / 10);
        assertThat(counts.get("c")).isBetween(90, 130);
        assertThat(counts.get("a")).isCloseTo(counts.get("b"), within(160));
    }

    @ParameterizedTest
    @EnumSource(Balance.class)
    void itGetsItsFullShareOnceItAnswersAsFastAsTheOthers(Balance balance) {
        established(balance, target("a", 1), target("b", 1));
        answerTimes.put("c", 10 * MILLI);
        route(balance, target("a", 1), target("b", 1), target("c", 1));
        requests(3000, MILLI);
        assertThat(routes.warmUp()).isTrue();
        answerTimes.put("c", MILLI);
        requests(1500, MILLI);
        assertThat(routes.warmUp()).isFalse();
        assertThat(requests(3000, MILLI).get("c")).isCloseTo(1000, within(150));
    }

    @Test
    void itsShareGrowsAsItBecomesFaster() {
        established(Balance.ROUND_ROBIN, target("a", 1), target("b", 1));
        answerTimes.put("c", 4 * MILLI);
        route(Balance.ROUND_ROBIN, target("a", 1), target("b", 1), target("c", 1));
        requests(1000, MILLI);
        int quarter = requests(1200, MILLI).getOrDefault("c", 0);
        answerTimes.put("c", 2 * MILLI);
        requests(500, MILLI);
        int half = requests(1200, MILLI).getOrDefault("c", 0);
        assertThat(quarter).isCloseTo(100, within(15));
        assertThat(half).isCloseTo(200, within(25));
    }

    @Test
    void atTheLatestItGetsItsFullShareWhenTheTimeIsUp() {
        established(Balance.ROUND_ROBIN, target("a", 1), target("b", 1));
        answerTimes.put("c", 100 * MILLI);
        route(Balance.ROUND_ROBIN, target("a", 1), target("b", 1), target("c", 1));
        now += LONGEST / 2;
        assertThat(requests(1200, 0).get("c")).isCloseTo(200, within(20));
        now += LONGEST / 2;
        assertThat(requests(1200, 0).get("c")).isCloseTo(400, within(5));
        assertThat(routes.warmUp()).isFalse();
    }

    @Test
    void weightsHoldMeanwhile() {
        established(Balance.ROUND_ROBIN, target("a", 1));
        answerTimes.put("b", 100 * MILLI);
        route(Balance.ROUND_ROBIN, target("a", 1), target("b", 4));
        assertThat(requests(2000, 0).get("b")).isCloseTo(2000 * 4 / 5 / 10, within(20));
    }

    @Test
    void whereAllAreNewNobodyIsHeldBack() {
        route(Balance.ROUND_ROBIN, target("a", 1), target("b", 1));
        assertThat(routes.warmUp()).isFalse();
        assertThat(requests(1000, MILLI).get("a")).isEqualTo(500);
        // All of another release at one instant.
        answerTimes.put("d", 70 * MILLI);
        route(Balance.ROUND_ROBIN, target("c", 1), target("d", 1));
        assertThat(routes.warmUp()).isFalse();
        assertThat(requests(1000, MILLI).get("d")).isEqualTo(500);
    }

    @Test
    void thoseThatComeOneAfterTheOtherAtTheBeginningAreNotHeldBack() {
        route(Balance.ROUND_ROBIN, target("a", 1));
        now += LONGEST / 10;
        route(Balance.ROUND_ROBIN, target("a", 1), target("b", 1));
        now += LONGEST / 10;
        answerTimes.put("c", 70 * MILLI);
        route(Balance.ROUND_ROBIN, target("a", 1), target("b", 1), target("c", 1));
        assertThat(routes.warmUp()).isFalse();
        assertThat(requests(900, 0).get("c")).isEqualTo(300);
    }

    @Test
    void whenOnlyTheNewOnesAreLeftTheyGetEverything() {
        established(Balance.ROUND_ROBIN, target("a", 1));
        answerTimes.put("b", 70 * MILLI);
        answerTimes.put("c", 70 * MILLI);
        route(Balance.ROUND_ROBIN, target("a", 1), target("b", 1), target("c", 1));
        requests(100, MILLI);
        var _ = routes.states().get(0).drain();
        Map<String, Integer> counts = requests(1000, 0);
        assertThat(counts.get("b")).isCloseTo(500, within(5));
        assertThat(counts.get("c")).isCloseTo(500, within(5));
    }

    @Test
    void anErrorThatComesFastIsNoProofOfWarmth() {
        // Attempts.answered leaves out statuses from 500 on; what is not told is not known.
        established(Balance.ROUND_ROBIN, target("a", 1));
        route(Balance.ROUND_ROBIN, target("a", 1), target("b", 1));
        for (int i = 0; i < 1000; i++) {
            TargetState chosen = Objects.requireNonNull(routes.claim(new Tried(3), now));
            if (chosen.id().value().equals("a")) {
                chosen.answeredIn(MILLI);
            }
            chosen.release();
        }
        assertThat(routes.warmUp()).isTrue();
    }

    @Test
    void zeroTurnsItOff() {
        Policies off =
                new Policies(
                        Policies.Timeouts.defaults(),
                        Policies.Bounds.defaults(),
                        List.of(),
                        List.of(),
                        List.of(),
                        Policies.Compression.off(),
                        Map.of(),
                        java.util.Optional.empty(),
                        new Policies.SlowStart(java.time.Duration.ZERO),
                        List.of(),
                        List.of(),
                        java.util.Optional.empty());
        established(Balance.ROUND_ROBIN, target("a", 1));
        routes =
                routes.follow(
                        new RoutingTable(
                                9,
                                Balance.ROUND_ROBIN,
                                List.of(target("a", 1), target("b", 1)),
                                off),
                        now);
        assertThat(routes.warmUp()).isFalse();
    }

    /** These serve long enough to compare others with. */
    private void established(Balance balance, Target... targets) {
        route(balance, targets);
        now += LONGEST;
    }

    private void route(Balance balance, Target... targets) {
        routes = routes.follow(new RoutingTable(++version, balance, List.of(targets)), now);
    }

    private static Target target(String id, int weight) {
        return new Target(new InstanceId(id), "127.0.0.1", 9, "r", weight, false);
    }

    /** Sends requests, three in flight at a time, so much time apart. */
    private Map<String, Integer> requests(int count, long apart) {
        Map<String, Integer> counts = new HashMap<>();
        ArrayDeque<TargetState> inFlight = new ArrayDeque<>();
        for (int i = 0; i < count; i++) {
            TargetState chosen = Objects.requireNonNull(routes.claim(new Tried(3), now));
            counts.merge(chosen.id().value(), 1, Integer::sum);
            chosen.answeredIn(answerTimes.getOrDefault(chosen.id().value(), MILLI));
            inFlight.add(chosen);
            if (inFlight.size() == 3) {
                inFlight.remove().release();
            }
            now += apart;
        }
        inFlight.forEach(TargetState::release);
        return counts;
    }
}

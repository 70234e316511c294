package dev.concertina.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.Balance;
import dev.concertina.contract.InstanceId;
import dev.concertina.contract.RoutingTable;
import dev.concertina.contract.Target;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final long NOW = 1;

    @Test
    void inTurnByWeightAndSpreadOut() {
        Routes routes = routes(Balance.ROUND_ROBIN, weighted("a", 3), weighted("b", 1));
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            order.append(release(claim(routes)));
        }
        assertThat(order).hasToString("aabaaaba");
    }

    @Test
    void aShareOfOnePercentIsExact() {
        Routes routes = routes(Balance.ROUND_ROBIN, weighted("a", 99), weighted("b", 1));
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            counts.merge(release(claim(routes)), 1, Integer::sum);
        }
        assertThat(counts).containsEntry("a", 990).containsEntry("b", 10);
    }

    @Test
    void theFewestInFlightPerWeight() {
        Routes routes = routes(Balance.LEAST_CONNECTIONS, weighted("a", 2), weighted("b", 1));
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            counts.merge(claim(routes).id().value(), 1, Integer::sum);
        }
        assertThat(counts).containsEntry("a", 20).containsEntry("b", 10);
    }

    @Test
    void equalsInTurn() {
        Routes routes = routes(Balance.LEAST_CONNECTIONS, target("a"), target("b"), target("c"));
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            counts.merge(release(claim(routes)), 1, Integer::sum);
        }
        assertThat(counts.values()).containsOnly(10);
    }

    @Test
    void theLighterOfTwoDrawn() {
        Routes routes = routes(Balance.RANDOM_TWO, target("a"), target("b"));
        for (int i = 0; i < 100; i++) {
            claim(routes);
        }
        int a = routes.states().get(0).inFlight();
        assertThat(a).isBetween(40, 60);
    }

    @Test
    void aBackupOnlyWhenNoOtherCan() {
        Target backup = new Target(new InstanceId("z"), "127.0.0.1", 9, "r", 1, true);
        Routes routes = routes(Balance.ROUND_ROBIN, target("a"), backup);
        assertThat(release(claim(routes))).isEqualTo("a");
        var _ = routes.states().get(0).drain();
        assertThat(release(claim(routes))).isEqualTo("z");
    }

    @Test
    void aDrainingTargetLosesToAnother() {
        Routes routes = routes(Balance.ROUND_ROBIN, target("a"), target("b"));
        var _ = routes.states().get(0).drain();
        for (int i = 0; i < 10; i++) {
            assertThat(release(claim(routes))).isEqualTo("b");
        }
        var _ = routes.states().get(1).drain();
        assertThat(routes.claim(new Tried(3), NOW)).isNull();
    }

    @Test
    void aTriedTargetIsNotTriedAgain() {
        Routes routes = routes(Balance.LEAST_CONNECTIONS, target("a"), target("b"));
        Tried tried = new Tried(3);
        TargetState first = claim(routes);
        tried.add(first);
        TargetState second = Objects.requireNonNull(routes.claim(tried, NOW));
        assertThat(second).isNotSameAs(first);
        tried.add(second);
        assertThat(routes.claim(tried, NOW)).isNull();
    }

    @Test
    void aSuspectIsSkippedForATimeThatDoubles() {
        Routes routes = routes(Balance.ROUND_ROBIN, target("a"), target("b"));
        TargetState a = routes.states().get(0);
        routes.suspect(a, NOW);
        assertThat(a.suspicion().at(NOW + Suspicion.FIRST_NANOS - 1)).isTrue();
        long later = NOW + Suspicion.FIRST_NANOS;
        assertThat(a.suspicion().at(later)).isFalse();
        routes.suspect(a, later);
        assertThat(a.suspicion().at(later + 2 * Suspicion.FIRST_NANOS - 1)).isTrue();
        for (int i = 0; i < 5; i++) {
            assertThat(release(Objects.requireNonNull(routes.claim(new Tried(3), later))))
                    .isEqualTo("b");
        }
        a.suspicion().clear();
        assertThat(a.suspicion().at(later)).isFalse();
    }

    @Test
    void neverMoreThanHalfAreSuspect() {
        for (int n = 1; n <= 8; n++) {
            Target[] targets = new Target[n];
            Arrays.setAll(targets, i -> target("t" + i));
            Routes routes = routes(Balance.ROUND_ROBIN, targets);
            routes.states().forEach(state -> routes.suspect(state, NOW));
            long trusted =
                    routes.states().stream().filter(state -> !state.suspicion().at(NOW)).count();
            assertThat(trusted).isEqualTo(Math.max(1, (n + 1) / 2));
        }
    }

    @Test
    void aSuspectIsBetterThanNobody() {
        Routes routes = routes(Balance.ROUND_ROBIN, target("a"), target("b"));
        routes.suspect(routes.states().get(0), NOW);
        var _ = routes.states().get(1).drain();
        assertThat(release(claim(routes))).isEqualTo("a");
    }

    @Test
    void aTargetKeepsItsStateWhenItsWeightChanges() {
        Routes before = routes(Balance.ROUND_ROBIN, target("a"));
        claim(before);
        Routes after =
                before.follow(
                        new RoutingTable(2, Balance.ROUND_ROBIN, List.of(weighted("a", 7))), NOW);
        assertThat(after.states().get(0)).isSameAs(before.states().get(0));
        var _ = before.states().get(0).drain();
        assertThat(after.follow(after.table(), NOW).states().get(0))
                .isNotSameAs(before.states().get(0));
    }

    @Test
    void aClientComesBackToItsTargetUnlessSomethingSpeaksAgainstIt() {
        Routes routes = routes(Balance.LEAST_CONNECTIONS, target("a"), target("b"), target("c"));
        TargetState c = routes.states().get(2);
        Tried none = new Tried(3);
        for (int i = 0; i < 5; i++) {
            assertThat(routes.claim(c.affinity(), none, NOW)).isSameAs(c);
        }
        assertThat(routes.claim(12345, none, NOW)).isNotNull();
        Tried tried = new Tried(3);
        tried.add(c);
        assertThat(routes.claim(c.affinity(), tried, NOW)).isNotSameAs(c).isNotNull();
        routes.suspect(c, NOW);
        assertThat(routes.claim(c.affinity(), none, NOW)).isNotSameAs(c).isNotNull();
        c.suspicion().clear();
        var _ = c.drain();
        assertThat(routes.claim(c.affinity(), none, NOW)).isNotSameAs(c).isNotNull();
    }

    private static Routes routes(Balance balance, Target... targets) {
        return Routes.empty().follow(new RoutingTable(1, balance, List.of(targets)), NOW);
    }

    private static Target target(String id) {
        return weighted(id, 1);
    }

    private static Target weighted(String id, int weight) {
        return new Target(new InstanceId(id), "127.0.0.1", 9, "r", weight, false);
    }

    private static TargetState claim(Routes routes) {
        return Objects.requireNonNull(routes.claim(new Tried(3), NOW));
    }

    private static String release(TargetState target) {
        target.release();
        return target.id().value();
    }
}

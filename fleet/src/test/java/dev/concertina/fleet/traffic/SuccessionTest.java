package dev.concertina.fleet.traffic;

import static dev.concertina.contract.GatewayPhase.ACCEPTING;
import static dev.concertina.contract.GatewayPhase.LEAVING;
import static dev.concertina.contract.GatewayPhase.STANDBY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.contract.GatewayPhase;
import dev.concertina.fleet.traffic.Succession.Member;
import dev.concertina.fleet.traffic.Succession.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SuccessionTest {
    private static final List<GatewayPhase> PHASES = List.of(GatewayPhase.values());

    private static Member member(long pid, GatewayPhase phase) {
        return new Member(pid, phase, true);
    }

    private static Step next(Member... members) {
        return new Succession(List.of(members)).next(true);
    }

    @Test
    void aSuccessorIsInformedAcceptsAndOnlyThenTheOthersRetire() {
        assertThat(next(member(1, ACCEPTING), new Member(2, STANDBY, false)))
                .isEqualTo(new Succession.Inform(2));
        assertThat(next(member(1, ACCEPTING), member(2, STANDBY)))
                .isEqualTo(new Succession.Accept(2));
        assertThat(next(member(1, ACCEPTING), member(2, ACCEPTING)))
                .isEqualTo(new Succession.Retire(1));
        assertThat(next(member(1, LEAVING), member(2, ACCEPTING)))
                .isEqualTo(new Succession.Settled(2));
    }

    @Test
    void whoeverIsLeftGoesOn() {
        assertThat(next(member(2, STANDBY))).isEqualTo(new Succession.Accept(2));
        assertThat(next(member(1, ACCEPTING))).isEqualTo(new Succession.Settled(1));
        assertThat(next(member(1, LEAVING), member(2, STANDBY)))
                .isEqualTo(new Succession.Accept(2));
        assertThat(next(member(1, LEAVING))).isEqualTo(new Succession.Launch());
        assertThat(next()).isEqualTo(new Succession.Launch());
    }

    @Test
    void aFoundSuccessorIsWantedOnlyWhereNobodyAccepts() {
        var found = new Succession(List.of(member(1, ACCEPTING), member(2, STANDBY)));
        assertThat(found.next(false)).isEqualTo(new Succession.Dismiss(2));
        var alone = new Succession(List.of(member(1, LEAVING), member(2, STANDBY)));
        assertThat(alone.next(false)).isEqualTo(new Succession.Accept(2));
    }

    /**
     * Members die between any two steps, and the fleet process too, which then forgets its wish.
     */
    @Test
    void whoeverDiesOneAcceptsInTheEndAndNoStepTakesTheLastOneAway() {
        for (long seed = 0; seed < 20_000; seed++) {
            Random chance = new Random(seed);
            List<Member> members = new ArrayList<>();
            for (int pid = 1; pid <= 4; pid++) {
                if (chance.nextBoolean()) {
                    GatewayPhase phase = PHASES.get(chance.nextInt(3));
                    members.add(new Member(pid, phase, chance.nextBoolean()));
                }
            }
            play(seed, chance, members);
        }
    }

    private static void play(long seed, Random chance, List<Member> members) {
        boolean upgrading = chance.nextBoolean();
        for (int steps = 0; ; steps++) {
            assertThat(steps).as("steps of seed %d", seed).isLessThan(20);
            if (steps < 8 && !members.isEmpty() && chance.nextInt(4) == 0) {
                members.remove(chance.nextInt(members.size()));
            }
            upgrading = upgrading && chance.nextInt(8) > 0;
            Step step = new Succession(members).next(upgrading);
            boolean served = accepts(members);
            switch (step) {
                case Succession.Launch _ -> {
                    assertThat(members).as("seed %d", seed).allMatch(m -> m.phase() == LEAVING);
                    return;
                }
                case Succession.Settled s -> {
                    assertThat(members.stream().filter(m -> m.phase() != LEAVING))
                            .as("seed %d", seed)
                            .extracting(Member::pid)
                            .containsExactly(s.pid());
                    return;
                }
                case Succession.Inform s -> become(members, s.pid(), STANDBY);
                case Succession.Accept s -> {
                    assertThat(of(members, s.pid()).informed()).as("seed %d", seed).isTrue();
                    become(members, s.pid(), ACCEPTING);
                }
                case Succession.Retire s -> become(members, s.pid(), LEAVING);
                case Succession.Dismiss s -> members.remove(of(members, s.pid()));
            }
            assertThat(accepts(members) || !served).as("seed %d after %s", seed, step).isTrue();
        }
    }

    private static boolean accepts(List<Member> members) {
        return members.stream().anyMatch(m -> m.phase() == ACCEPTING);
    }

    private static Member of(List<Member> members, long pid) {
        return members.stream().filter(m -> m.pid() == pid).findFirst().orElseThrow();
    }

    private static void become(List<Member> members, long pid, GatewayPhase phase) {
        members.replaceAll(m -> m.pid() == pid ? member(pid, phase) : m);
    }
}

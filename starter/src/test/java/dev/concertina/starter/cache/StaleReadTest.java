package dev.concertina.starter.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.cache.CoherenceRun.Outcome;
import dev.concertina.starter.cache.CoherenceRun.Plan;
import dev.concertina.starter.cache.CoherenceRun.Trouble;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three processes read through their caches what others write, and everything befalls them. */
@Tag("real")
class StaleReadTest {
    private static final long OPERATIONS = Boolean.getBoolean("soak") ? 10_000_000 : 200_000;

    private static Outcome run(String fault, long operations, Set<Trouble> troubles)
            throws Exception {
        return CoherenceRun.run(
                new Plan(
                        SharedUnderCheck.class.getName(),
                        fault,
                        operations,
                        troubles,
                        !fault.isEmpty(),
                        Long.getLong("seed", new Random().nextInt(1_000_000))));
    }

    @Test
    void nobodyReadsWhatWasReplaced() throws Exception {
        check(OPERATIONS, Trouble.behindRelays());
    }

    @Test
    @EnabledIfSystemProperty(named = "soak", matches = "true")
    void norBehindSentinels() throws Exception {
        check(OPERATIONS / 10, Trouble.behindSentinels());
    }

    private static void check(long operations, Set<Trouble> all) throws Exception {
        var outcome = run("", operations, all);
        assertThat(outcome.evidence()).isEmpty();
        assertThat(outcome.stale()).isZero();
        assertThat(outcome.checked()).isGreaterThanOrEqualTo(operations);
        assertThat(outcome.troubles().keySet()).isEqualTo(all);
        // Enough of it came from near, from far, and from behind; else nothing was put to the test.
        assertThat(outcome.near()).isGreaterThan(outcome.checked() / 10);
        assertThat(outcome.far()).isGreaterThan(1_000);
        assertThat(outcome.writes()).isGreaterThan(1_000);
        assertThat(outcome.outside()).isGreaterThan(100);
    }

    @ParameterizedTest
    // A write without a deadline is old once in millions: RedisCacheStoreTest brings it about.
    @EnumSource(names = {"NO_DOUBT", "TRUST_ANYWAY", "NO_LEASE", "NO_SERVER_NAME"})
    void aGuardThatIsMissingIsFound(Fault fault) throws Exception {
        var troubles =
                switch (fault) {
                    case NO_DOUBT -> EnumSet.of(Trouble.FLUSHED, Trouble.FAILED_OVER);
                    case TRUST_ANYWAY -> EnumSet.of(Trouble.HALF_OPEN, Trouble.LINK_CUT);
                    case NO_SERVER_NAME -> EnumSet.of(Trouble.FAILED_OVER, Trouble.REDIS_RESTARTED);
                    case NO_LEASE -> EnumSet.of(Trouble.NO_REQUESTS);
                    default -> Trouble.behindRelays();
                };
        assertThat(run(fault.name(), 3_000_000, troubles).stale()).isPositive();
    }
}

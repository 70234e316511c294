package dev.concertina.bench.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.cache.CoherenceRun;
import dev.concertina.starter.cache.CoherenceRun.Plan;
import dev.concertina.starter.cache.CoherenceRun.Trouble;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checker that finds nothing in our cache finds the old values of others. */
class PeersTest {
    @ParameterizedTest
    @ValueSource(classes = {RedissonMap.class, SpringDataRedis.class})
    void theirOldValuesAreFound(Class<?> cache) throws Exception {
        var outcome =
                CoherenceRun.run(
                        new Plan(
                                cache.getName(),
                                "",
                                1_000_000,
                                EnumSet.of(Trouble.CLIENTS_KILLED, Trouble.LINK_CUT),
                                true,
                                Long.getLong("seed", new Random().nextInt(1_000_000))));
        assertThat(outcome.stale()).isPositive();
    }
}

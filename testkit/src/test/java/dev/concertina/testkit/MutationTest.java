package dev.concertina.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulation must find what it is there for: each guard of the shipped code is taken out once,
 * and a seed has to fail.
 */
class MutationTest {
    private static final long SEEDS_MAX = 3000;

    @ParameterizedTest
    @EnumSource
    void theSimulationFinds(Mutant mutant) throws ReflectiveOperationException {
        var type = new MutantLoader(mutant).loadClass("dev.concertina.testkit.LifeOfASeed");
        var life = (LongConsumer) type.getConstructor().newInstance();
        for (long seed = 1; seed <= SEEDS_MAX; seed++) {
            try {
                life.accept(seed);
            } catch (AssertionError found) {
                System.out.println(mutant + ": found by seed " + seed + ": " + firstLine(found));
                return;
            }
        }
        assertThat(SEEDS_MAX).as("seeds that did not find %s", mutant).isZero();
    }

    private static String firstLine(AssertionError error) {
        String line = String.valueOf(error.getMessage()).lines().findFirst().orElse("");
        return line.substring(0, Math.min(160, line.length()));
    }
}

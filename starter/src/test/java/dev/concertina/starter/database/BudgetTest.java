package dev.concertina.starter.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.instance.DatabaseConnections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final ServerRoom HUNDRED = new ServerRoom(100, "max_connections", 3);

    private static Budget budget(int instances, DatabaseConnections... others) {
        return new Budget(HUNDRED, 3, instances, List.of(others));
    }

    @Test
    void eachInstanceHasItsShare() {
        assertThat(budget(1).pool()).isEqualTo(94);
        assertThat(budget(4).pool()).isEqualTo(23);
        assertThat(budget(11, new DatabaseConnections("sessions", 5)).pool()).isEqualTo(3);
        assertThat(budget(100).pool()).isZero();
    }

    @Test
    void allInstancesTogetherNeverHaveMoreThanThereAre() {
        for (int instances : IntStream.rangeClosed(1, 120).toArray()) {
            for (int other = 0; other < 8; other++) {
                var budget = budget(instances, new DatabaseConnections("sessions", other));
                int pool = Math.max(0, budget.pool());
                if (pool > 0) {
                    assertThat(instances * (pool + other)).isLessThanOrEqualTo(100 - 3 - 3);
                    assertThat(budget.fits(pool)).isTrue();
                    assertThat(budget.fits(pool + 1)).isFalse();
                    assertThat(instances * (pool + 1 + other)).isGreaterThan(100 - 3 - 3);
                }
            }
        }
    }

    @Test
    void theSumNamesItsTerms() {
        assertThat(budget(11, new DatabaseConnections("sessions", 5)).sum())
                .isEqualTo(
                        "the server takes 100 connections (max_connections), 3 are reserved and 3"
                                + " spare (concertina.database.spare); 11 instances"
                                + " (CONCERTINA_FLEET_SIZE_MAX or concertina.database.instances) have 8"
                                + " each, of which sessions take 5");
    }
}

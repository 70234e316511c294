package dev.concertina.starter.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ObservedStatementsTest {
    @Test
    void theOperationIsTheFirstWordIfItIsOne() {
        assertThat(ObservedStatements.operation(Optional.of("  select 1"))).isEqualTo("SELECT");
        assertThat(ObservedStatements.operation(Optional.of("WITH x AS (..)"))).isEqualTo("WITH");
        assertThat(ObservedStatements.operation(Optional.of("drop table t"))).isEqualTo("OTHER");
        assertThat(ObservedStatements.operation(Optional.of(""))).isEqualTo("OTHER");
        assertThat(ObservedStatements.operation(Optional.empty())).isEqualTo("OTHER");
    }

    @Test
    void executionsAreTimedAndFailuresComeBackAsTheyAre() throws Exception {
        var meters = new SimpleMeterRegistry();
        var registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        var driver = new FakeDriver().connect(FakeDriver.URL, new Properties());
        var connection = new ObservedStatements(() -> registry).around(driver);
        try (var statement = connection.createStatement()) {
            assertThat(statement.getConnection()).isSameAs(connection);
            assertThat(statement.executeUpdate("insert into t values (1)")).isZero();
            assertThatThrownBy(() -> statement.executeUpdate("insert fail"))
                    .isExactlyInstanceOf(SQLException.class)
                    .hasMessage("told to fail");
        }
        assertThat(Set.of(connection).contains(connection)).isTrue();
        assertThat(
                        meters.get("database.query")
                                .tag("operation", "INSERT")
                                .tag("error", "none")
                                .timer()
                                .count())
                .isEqualTo(1);
        assertThat(meters.get("database.query").tag("error", "SQLException").timer().count())
                .isEqualTo(1);
    }

    @Test
    void withoutAnybodyWatchingNothingIsTimed() throws Exception {
        var driver = new FakeDriver().connect(FakeDriver.URL, new Properties());
        var connection = new ObservedStatements(() -> ObservationRegistry.NOOP).around(driver);
        try (var statement = connection.prepareStatement("select 1")) {
            assertThat(statement.execute()).isFalse();
        }
    }
}

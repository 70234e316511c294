package dev.concertina.starter.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.starter.instance.DatabaseConnections;
import dev.concertina.starter.testing.Served;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** What jobs keep beside the application's pool is counted where that is sized. */
class JobConnectionsTest {
    /** Makes its pool as Boot does, so that it is sized; 60 connections among 6. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Pooled {
        @Bean
        HikariDataSource dataSource(Environment environment) {
            var pool = new HikariDataSource();
            pool.setJdbcUrl(environment.getRequiredProperty("test.database"));
            return pool;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({Pooled.class, Handling.Doing.class})
    static class Handling {
        record Nothing(int number) {}

        static class Doing {
            @JobHandler
            void nothing(Nothing nothing) {}
        }
    }

    /** What is declared, and how many connections are left for the pool. */
    private record Sized(List<DatabaseConnections> beside, int pool) {}

    private static Sized sized(Class<?> application, String... arguments) {
        try (var database = new JobDatabase(1)) {
            var all = new ArrayList<>(List.of(arguments));
            all.add("--test.database=" + database.url());
            all.add("--concertina.session.store=off");
            all.add("--concertina.database.instances=6");
            all.add("--management.tracing.export.enabled=false");
            try (var served = Served.start(application, all.toArray(String[]::new))) {
                return new Sized(
                        served.context()
                                .getBeanProvider(DatabaseConnections.class)
                                .orderedStream()
                                .toList(),
                        served.bean(HikariDataSource.class).getMaximumPoolSize());
            }
        }
    }

    @Test
    void whoDoesJobsHasSoManyFewerInThePool() {
        var sized = sized(Handling.class);
        assertThat(sized.beside()).containsExactly(new DatabaseConnections("jobs", 3));
        // (60 - 3 reserved - 3 spare) / 6 instances - 3 for jobs.
        assertThat(sized.pool()).isEqualTo(6);
        var more = sized(Handling.class, "--concertina.job.connections=5");
        assertThat(more.beside()).containsExactly(new DatabaseConnections("jobs", 5));
        assertThat(more.pool()).isEqualTo(4);
    }

    @Test
    void whoOnlyEnqueuesNeedsOne() {
        var one = new DatabaseConnections("jobs", 1);
        assertThat(sized(Pooled.class)).isEqualTo(new Sized(List.of(one), 8));
        assertThat(sized(Handling.class, "--concertina.job.workers=0"))
                .isEqualTo(new Sized(List.of(one), 8));
    }

    @Test
    void jobsElsewhereNeedNone() {
        assertThat(sized(Handling.class, "--concertina.job.store=memory"))
                .isEqualTo(new Sized(List.of(), 9));
        assertThat(sized(Pooled.class, "--concertina.job.enabled=false"))
                .isEqualTo(new Sized(List.of(), 9));
    }
}

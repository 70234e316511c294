package dev.concertina.starter.session;

import dev.concertina.starter.instance.Check;
import dev.concertina.starter.instance.DatabaseConnections;
import dev.concertina.starter.request.RequestAutoConfiguration;
import dev.concertina.starter.request.UnusableStoreException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/** Keeps sessions in PostgreSQL where {@code concertina.session.store=postgres}. */
@AutoConfiguration(
        after = RequestAutoConfiguration.class,
        before = SessionAutoConfiguration.class,
        afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnProperty(name = "concertina.session.store", havingValue = "postgres")
@EnableConfigurationProperties({PostgresSettings.class, SessionSettings.class})
public final class PostgresSessionAutoConfiguration {
    private static final boolean HIKARI =
            ClassUtils.isPresent(
                    "com.zaxxer.hikari.HikariDataSource",
                    PostgresSessionAutoConfiguration.class.getClassLoader());

    @Bean
    static DatabaseConnections concertinaSessionConnections(PostgresSettings settings) {
        return new DatabaseConnections("sessions", settings.postgres().pool());
    }

    // Flyway takes a database with tables in it for one that is not its own.
    @Bean(destroyMethod = "close")
    @DependsOnDatabaseInitialization
    Postgres concertinaPostgres(
            PostgresSettings settings, ObjectProvider<DataSource> source, Environment environment) {
        return new Postgres(
                pool(settings.postgres(), Optional.ofNullable(source.getIfUnique()), environment),
                new PostgresSchema(settings.schema()),
                settings.postgres().timeout());
    }

    private static PostgresPool pool(
            PostgresSettings.Postgres settings,
            Optional<DataSource> application,
            Environment environment) {
        var own =
                HIKARI && settings.pool() > 0
                        ? ownPool(settings, application, environment)
                        : Optional.<PostgresPool.OwnPool>empty();
        return own.map(PostgresPool::new)
                .or(() -> application.map(PostgresPool::new))
                .orElseThrow(() ->
                        new UnusableStoreException(
                                "concertina.session.store is postgres, but there is no DataSource.",
                                "Set DATABASE_URL or spring.datasource.url, and add"
                                        + " spring-boot-starter-jdbc and the driver"
                                        + " org.postgresql:postgresql."));
    }

    private static Optional<PostgresPool.OwnPool> ownPool(
            PostgresSettings.Postgres settings,
            Optional<DataSource> application,
            Environment environment) {
        return application
                .flatMap(source -> HikariSessions.like(source, settings.pool(), settings.timeout()))
                .or(() ->
                        Optional.ofNullable(environment.getProperty("spring.datasource.url"))
                                .map(url ->
                                        HikariSessions.of(
                                                url,
                                                text(environment, "username"),
                                                text(environment, "password"),
                                                settings.pool(),
                                                settings.timeout())));
    }

    private static Optional<String> text(Environment environment, String key) {
        return Optional.ofNullable(environment.getProperty("spring.datasource." + key));
    }

    @Bean
    PostgresSessionStore concertinaPostgresSessionStore(
            Postgres postgres, SessionSettings settings) {
        var store = new PostgresSessionStore(postgres, settings.lifetime());
        new PostgresCleaner(postgres, store, RandomGenerator.getDefault()).start();
        return store;
    }

    @Bean
    Check concertinaSessionStoreCheck(Postgres postgres) {
        return new PostgresCheck(postgres);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        @Bean
        MeterBinder concertinaPostgresMetrics(Postgres postgres) {
            return registry -> {
                Gauge.builder("concertina.postgres.up", postgres, p -> p.answers() ? 1 : 0)
                        .description("1 while PostgreSQL is asked, 0 while it is only probed")
                        .register(registry);
                FunctionCounter.builder(
                                "concertina.postgres.failures", postgres, Postgres::failures)
                        .description("Calls without an answer in time")
                        .register(registry);
            };
        }
    }
}

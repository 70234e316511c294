package dev.concertina.starter.job;

import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.contract.Env;
import dev.concertina.starter.codec.CodecAutoConfiguration;
import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.instance.Check;
import dev.concertina.starter.instance.DatabaseConnections;
import dev.concertina.starter.instance.DrainStep;
import dev.concertina.starter.instance.Instance;
import dev.concertina.starter.instance.InstanceAutoConfiguration;
import dev.concertina.starter.request.UnusableStoreException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;

/** Does jobs where the application has handlers, or asks for {@link Jobs}. */
@AutoConfiguration(
        after = {InstanceAutoConfiguration.class, CodecAutoConfiguration.class},
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(PlatformTransactionManager.class)
@ConditionalOnProperty(name = "concertina.job.enabled", matchIfMissing = true)
@EnableConfigurationProperties(JobSettings.class)
public final class JobAutoConfiguration {
    private static final Logger log = LoggerFactory.getLogger(JobAutoConfiguration.class);

    @Bean
    Handlers concertinaJobHandlers(ConfigurableListableBeanFactory beans, JobSettings settings) {
        return new Handlers(beans, settings);
    }

    @Bean
    Workplace concertinaWorkplace(
            ObjectProvider<Backend> backend,
            Handlers handlers,
            ValueCodec codec,
            JobSettings settings,
            Instance instance,
            ObjectProvider<JobMeters> meters) {
        return new Workplace(
                backend::getObject,
                handlers,
                codec,
                settings,
                instance,
                meters.getIfAvailable(() -> JobMeters.NONE));
    }

    /** Where there is a database jobs can be kept in. */
    interface Databases {
        /** Empty if it is of another kind. */
        Optional<Backend> open();
    }

    @Bean(destroyMethod = "close")
    @Lazy
    Backend concertinaJobBackend(
            JobSettings settings, ObjectProvider<Databases> databases, Environment environment) {
        var wanted = settings.store();
        if (wanted.isEmpty() || wanted.get() == JobSettings.Store.POSTGRES) {
            var database = Optional.ofNullable(databases.getIfAvailable()).flatMap(Databases::open);
            if (database.isPresent()) {
                return database.get();
            }
            if (wanted.isPresent()) {
                throw new UnusableStoreException(
                        "concertina.job.store is postgres, but there is no one DataSource of"
                                + " PostgreSQL.",
                        "Set DATABASE_URL or spring.datasource.url, and add"
                                + " spring-boot-starter-jdbc and the driver"
                                + " org.postgresql:postgresql; or write memory.");
            }
        }
        if (environment.getProperty(Env.FLEET_SIZE_MAX, Integer.class, 1) > 1) {
            log.error(
                    "Jobs are kept in this instance only and end with it, but the fleet may run"
                            + " several. Set DATABASE_URL to a PostgreSQL.");
        }
        var store = new MemoryJobStore(Clock.systemUTC(), settings, RandomGenerator.getDefault());
        return new Backend("memory", store, store, () -> {});
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({DataSourceUtils.class, PGConnection.class, HikariDataSource.class})
    static class Postgres {
        // Asked for before any other bean is made.
        @Bean
        @ConditionalOnProperty(
                name = "concertina.job.store",
                havingValue = "postgres",
                matchIfMissing = true)
        static DatabaseConnections concertinaJobConnections(
                ConfigurableListableBeanFactory beans, JobSettings settings) {
            boolean works = settings.workers() > 0 && new Handlers(beans, settings).areDeclared();
            return new DatabaseConnections(
                    "jobs", works ? settings.connections() : JobPool.ENQUEUING);
        }

        @Bean
        @Lazy
        Databases concertinaJobDatabases(
                JobSettings settings,
                ObjectProvider<DataSource> sources,
                ObjectProvider<PlatformTransactionManager> managers) {
            return () ->
                    Optional.ofNullable(sources.getIfUnique())
                            .filter(PostgresBackend::is)
                            .map(source ->
                                    PostgresBackend.open(
                                            source,
                                            Optional.ofNullable(managers.getIfUnique())
                                                    .orElseGet(() ->
                                                            new DataSourceTransactionManager(
                                                                    source)),
                                            settings));
        }
    }

    @Bean
    @Lazy
    Jobs concertinaJobs(
            Backend backend, ValueCodec codec, Workplace place, ObjectProvider<JobMeters> meters) {
        return new Jobs(backend, codec, place, meters.getIfAvailable(() -> JobMeters.NONE));
    }

    @Bean
    DrainStep concertinaJobsStop(Workplace place) {
        return new Step("jobs", DrainStep.Phase.STREAMS, within -> place.stopClaiming());
    }

    @Bean
    DrainStep concertinaJobsEnd(Workplace place) {
        return new Step("jobs", DrainStep.Phase.WORK, place::stop);
    }

    private interface Draining {
        String within(Duration time) throws Exception;
    }

    private record Step(String name, Phase phase, Draining draining) implements DrainStep {
        @Override
        public String drain(Duration within) throws Exception {
            return draining.within(within);
        }
    }

    @Bean
    Check concertinaJobCheck(Workplace place) {
        return new JobCheck(place);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    static class Metrics {
        @Bean
        @ConditionalOnBean(MeterRegistry.class)
        JobMeters concertinaJobMeters(MeterRegistry registry) {
            return new MicrometerJobs(registry);
        }

        @Bean
        MeterBinder concertinaJobGauges(Workplace place) {
            return registry -> {
                Gauge.builder("concertina.job.alerts", place, p -> p.alerts().size())
                        .description("What somebody should look at")
                        .register(registry);
                Gauge.builder("concertina.job.held", place, Workplace::held)
                        .description("Jobs this instance has claimed")
                        .register(registry);
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
    static class Operators {
        @Bean
        @ConditionalOnAvailableEndpoint
        JobEndpoint concertinaJobEndpoint(
                ObjectProvider<Backend> backend, Workplace place, Instance instance) {
            return new JobEndpoint(backend::getObject, place, instance);
        }
    }
}

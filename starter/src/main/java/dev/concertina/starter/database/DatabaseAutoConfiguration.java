package dev.concertina.starter.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import dev.concertina.starter.database.DatabasePools.ReplicaSource;
import dev.concertina.starter.instance.Check;
import dev.concertina.starter.instance.DatabaseConnections;
import dev.concertina.starter.request.Participant;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RequestAutoConfiguration;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.util.function.SingletonSupplier;

/** Sizes the application's pool, and reads from replicas where there are some. */
@AutoConfiguration(
        after = RequestAutoConfiguration.class,
        // Pools are observed before anything is put before them.
        afterName = "dev.concertina.starter.observe.ObserveAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({HikariDataSource.class, LazyConnectionDataSourceProxy.class})
@EnableConfigurationProperties(DatabaseSettings.class)
public final class DatabaseAutoConfiguration {
    // A post processor comes before all other beans, so it takes none.
    @Bean
    static BeanPostProcessor concertinaDatabasePools(
            ObjectProvider<DatabaseSettings> settings,
            ObjectProvider<DatabaseConnections> others,
            ObjectProvider<ReplicaSource> replicas,
            Environment environment) {
        return new DatabasePools(
                SingletonSupplier.of(() ->
                        new PoolShape(
                                settings.getObject(),
                                others.orderedStream().toList(),
                                environment)),
                replicas::getObject);
    }

    @Bean
    Replicas concertinaReplicas(
            DatabaseSettings settings,
            AutowireCapableBeanFactory beans,
            ObjectProvider<PoolMetrics> metrics) {
        return new Replicas(
                settings,
                pool -> {
                    metrics.ifAvailable(tracker -> tracker.track(pool));
                    return (HikariDataSource) beans.initializeBean(pool, pool.getPoolName());
                });
    }

    /** Tells of a pool that is no bean. */
    interface PoolMetrics {
        void track(HikariDataSource pool);
    }

    @Configuration(proxyBeanMethods = false)
    @Conditional(OnReplicas.class)
    static class WithReplicas {
        private static final Duration LIFE_LEAST = Duration.ofMinutes(1);

        // Positions are of use until every replica that is read from has them.
        private static Duration life(DatabaseSettings settings) {
            var twice = settings.lagMax().multipliedBy(2);
            return twice.compareTo(LIFE_LEAST) > 0 ? twice : LIFE_LEAST;
        }

        @Bean
        Participant concertinaFreshness(
                DatabaseSettings settings, Replicas replicas, ObjectProvider<Redis> redis) {
            var life = life(settings);
            return new FreshnessParticipant(
                    Optional.ofNullable(redis.getIfAvailable())
                            .map(connection -> new Positions(connection, life)),
                    new PositionCookie(life),
                    () -> replicas.set().end());
        }

        @Bean
        TaskDecorator concertinaFreshnessDecorator() {
            return new FreshnessDecorator();
        }

        @Bean
        Database concertinaDatabase(Replicas replicas) {
            return new Database(() -> replicas.set().end());
        }

        @Bean
        Check concertinaReplicaCheck(Replicas replicas, DataSource source) {
            return new ReplicaCheck(replicas.set());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    @Conditional(OnReplicas.class)
    static class Metrics {
        @Bean
        MeterBinder concertinaReplicaMetrics(Replicas replicas, DataSource source) {
            return registry -> {
                var set = replicas.set();
                FunctionCounter.builder("concertina.database.reads", set, ReplicaSet::fromReplica)
                        .tag("from", "replica")
                        .description("Connections lent to transactions that only read")
                        .register(registry);
                FunctionCounter.builder("concertina.database.reads", set, ReplicaSet::fromPrimary)
                        .tag("from", "primary")
                        .description("Connections lent to transactions that only read")
                        .register(registry);
                for (var replica : set.replicas()) {
                    Gauge.builder(
                                    "concertina.database.replica.up",
                                    replica,
                                    r -> r.isUsable() ? 1 : 0)
                            .tag("replica", replica.name())
                            .description("1 while it is read from")
                            .register(registry);
                    Gauge.builder("concertina.database.replica.behind", set, s -> s.behind(replica))
                            .tag("replica", replica.name())
                            .baseUnit("bytes")
                            .description("How much of the primary's log it has not replayed")
                            .register(registry);
                }
            };
        }

        @Bean
        PoolMetrics concertinaReplicaPoolMetrics(ObjectProvider<MeterRegistry> registry) {
            return pool ->
                    registry.ifAvailable(meters ->
                            pool.setMetricsTrackerFactory(
                                    new MicrometerMetricsTrackerFactory(meters)));
        }
    }
}

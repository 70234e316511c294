package dev.concertina.starter.request;

import dev.concertina.starter.instance.Check;
import dev.concertina.starter.instance.InstanceAutoConfiguration;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/** The connection to Redis and the filter that uses it once per request. */
@AutoConfiguration(after = InstanceAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(RedisSettings.class)
public final class RequestAutoConfiguration {
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    @ConditionalOnProperty("concertina.redis.url")
    Redis concertinaRedis(RedisSettings settings, Environment environment) {
        var address = RedisAddress.parse(settings.url().orElse(""));
        var name = environment.getProperty("spring.application.name", "concertina");
        return new Redis(address, settings, settings.namespace().orElse(name));
    }

    @Bean
    @ConditionalOnBean(Redis.class)
    Check concertinaRedisCheck(Redis redis) {
        return new RedisCheck(redis);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        // No condition on the bean: this class is looked at before the methods around it.
        @Bean
        MeterBinder concertinaRedisMetrics(ObjectProvider<Redis> connection) {
            return registry -> connection.ifAvailable(redis -> bind(redis, registry));
        }

        private static void bind(Redis redis, MeterRegistry registry) {
            Gauge.builder("concertina.redis.up", redis, r -> r.answers() ? 1 : 0)
                    .description("1 while Redis is asked, 0 while it is only probed")
                    .register(registry);
            var statistics = redis.statistics();
            FunctionCounter.builder(
                            "concertina.redis.failures", statistics, RedisStatistics::failures)
                    .description("Calls without an answer in time")
                    .register(registry);
            FunctionCounter.builder(
                            "concertina.redis.redirects", statistics, RedisStatistics::redirects)
                    .description("Calls another node of the cluster had to be asked")
                    .register(registry);
            Gauge.builder("concertina.redis.waiting", statistics, RedisStatistics::waiting)
                    .description("Calls that wait for their answer")
                    .register(registry);
            var calls =
                    Timer.builder("concertina.redis.calls")
                            .description("Calls and how long they took, answered or not")
                            .register(registry);
            statistics.onLatency(nanos -> calls.record(nanos, TimeUnit.NANOSECONDS));
        }
    }

    @Bean
    FilterRegistrationBean<RequestFilter> concertinaRequestFilter(
            ObjectProvider<Redis> redis, ObjectProvider<Participant> participants) {
        var ordered = participants.orderedStream().toList();
        var roundTrip = new RoundTrip(Optional.ofNullable(redis.getIfAvailable()), ordered);
        var registration = new FilterRegistrationBean<>(new RequestFilter(ordered, roundTrip));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 50);
        registration.setDispatcherTypes(
                EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        return registration;
    }
}

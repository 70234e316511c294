package dev.concertina.starter.request;

import dev.concertina.starter.instance.Check;
import dev.concertina.starter.instance.InstanceAutoConfiguration;
import io.lettuce.core.RedisURI;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.Optional;
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
        var url = settings.url().orElse("");
        RedisURI uri;
        try {
            uri = RedisURI.create(url);
        } catch (IllegalArgumentException e) {
            // The address may hold a password, so the message does not repeat it.
            throw new IllegalArgumentException(
                    "concertina.redis.url (or REDIS_URL) is not an address of the form"
                            + " redis://[:password@]host:port[/database]. Write it so.");
        }
        var name = environment.getProperty("spring.application.name", "concertina");
        return new Redis(uri, settings, settings.namespace().orElse(name));
    }

    @Bean
    @ConditionalOnBean(Redis.class)
    Check concertinaRedisCheck(Redis redis) {
        return new RedisCheck(redis);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        @Bean
        @ConditionalOnBean(Redis.class)
        MeterBinder concertinaRedisMetrics(Redis redis) {
            return registry -> {
                Gauge.builder("concertina.redis.up", redis, r -> r.answers() ? 1 : 0)
                        .description("1 while Redis is asked, 0 while it is only probed")
                        .register(registry);
                FunctionCounter.builder("concertina.redis.failures", redis, Redis::failures)
                        .description("Calls without an answer in time")
                        .register(registry);
            };
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

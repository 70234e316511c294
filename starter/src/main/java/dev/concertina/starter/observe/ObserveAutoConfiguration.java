package dev.concertina.starter.observe;

import com.zaxxer.hikari.HikariDataSource;
import dev.concertina.starter.instance.Instance;
import dev.concertina.starter.instance.InstanceAutoConfiguration;
import dev.concertina.starter.instance.Traffic;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RequestAutoConfiguration;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.sdk.trace.IdGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SdkTracerProviderBuilderCustomizer;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskDecorator;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/** Makes the instance visible; what is not there, such as Micrometer, costs nothing. */
@AutoConfiguration(
        after = {InstanceAutoConfiguration.class, RequestAutoConfiguration.class},
        afterName =
                "org.springframework.boot.micrometer.observation.autoconfigure"
                        + ".ObservationAutoConfiguration",
        beforeName =
                "org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(ObserveSettings.class)
public final class ObserveAutoConfiguration {
    @Bean
    TaskDecorator concertinaRequestIdDecorator() {
        return new RequestIdDecorator();
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ErrorAttributes.class)
    static class Errors {
        @Bean
        @ConditionalOnMissingBean(ErrorAttributes.class)
        NamedErrors concertinaErrorAttributes() {
            return new NamedErrors();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ResponseBodyAdvice.class)
    static class Problems {
        @Bean
        NamedProblems concertinaProblems() {
            return new NamedProblems();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        @Bean
        MeterBinder concertinaInstanceMetrics(Instance instance, Traffic traffic) {
            return registry -> {
                Gauge.builder("concertina.instance", () -> 1)
                        .description("1; its tags say which instance and release this is")
                        .tag("id", instance.id().value())
                        .tag("release", instance.release().isEmpty() ? "none" : instance.release())
                        .register(registry);
                Gauge.builder("concertina.requests.active", traffic, Traffic::active)
                        .description("Requests being answered, streams included")
                        .register(registry);
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ObservationRegistry.class)
    @ConditionalOnBean(ObservationRegistry.class)
    static class Calls {
        @Bean
        @ConditionalOnBean(Redis.class)
        @ConditionalOnProperty(name = "concertina.observe.redis", matchIfMissing = true)
        SmartInitializingSingleton concertinaRedisWatch(
                Redis redis, ObservationRegistry observations) {
            return () -> redis.watch(new ObservedCalls(observations));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({
        ObservationRegistry.class,
        HikariDataSource.class,
        DelegatingDataSource.class
    })
    @ConditionalOnBean(ObservationRegistry.class)
    @ConditionalOnProperty(name = "concertina.observe.database", matchIfMissing = true)
    static class Pools {
        // A post processor comes before all other beans, so it takes none.
        @Bean
        static BeanPostProcessor concertinaObservedPools(
                ObjectProvider<ObservationRegistry> observations) {
            return new ObservedPools(
                    new ObservedStatements(
                            SingletonSupplier.of(() ->
                                    observations.getIfAvailable(() -> ObservationRegistry.NOOP))));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({SdkTracerProviderBuilderCustomizer.class, IdGenerator.class})
    static class Traces {
        @Bean
        SdkTracerProviderBuilderCustomizer concertinaTraceIds() {
            return builder -> builder.setIdGenerator(new RequestTraces());
        }
    }
}

package dev.concertina.starter.tenant;

import dev.concertina.starter.codec.CodecAutoConfiguration;
import dev.concertina.starter.codec.TypeCodec;
import dev.concertina.starter.request.RequestAutoConfiguration;
import dev.concertina.starter.request.Tenant;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.ObservationFilter;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Keeps tenants apart, once the settings say where a request names its own. */
@AutoConfiguration(after = RequestAutoConfiguration.class, before = CodecAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@Conditional(TenantAutoConfiguration.Wanted.class)
@EnableConfigurationProperties(TenantSettings.class)
public final class TenantAutoConfiguration {
    /** A list has no property of its own name. */
    static final class Wanted implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return Binder.get(context.getEnvironment())
                    .bind("concertina.tenant.from", Bindable.listOf(String.class))
                    .map(list -> !list.isEmpty())
                    .orElse(false);
        }
    }

    @Bean
    TenantParticipant concertinaTenantParticipant(
            TenantSettings settings, ObjectProvider<TenantDirectory> directory) {
        return new TenantParticipant(
                new Resolver(settings, directory.getIfAvailable(() -> listed(settings))));
    }

    private static TenantDirectory listed(TenantSettings settings) {
        var known = Set.copyOf(settings.known());
        return tenant -> known.isEmpty() || known.contains(tenant.id());
    }

    @Bean
    FilterRegistrationBean<TenantFilter> concertinaTenantFilter() {
        var registration = new FilterRegistrationBean<>(new TenantFilter());
        // After the session is there and before anybody asks for it.
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 55);
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ERROR));
        return registration;
    }

    @Bean
    TypeCodec concertinaTenantCodec() {
        return new TenantCodec();
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(WebMvcConfigurer.class)
    static class Mvc {
        @Bean
        WebMvcConfigurer concertinaTenantParameter() {
            return new WebMvcConfigurer() {
                @Override
                public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                    resolvers.add(new TenantParameter());
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ObservationFilter.class, ServerRequestObservationContext.class})
    static class Metrics {
        @Bean
        ObservationFilter concertinaTenantTag(TenantSettings settings) {
            return context -> {
                if (settings.counted()
                        && context instanceof ServerRequestObservationContext served) {
                    var tenant =
                            Optional.ofNullable(served.getCarrier())
                                    .flatMap(Tenant::of)
                                    .map(Tenant::id)
                                    .orElse("none");
                    context.addLowCardinalityKeyValue(KeyValue.of("tenant", tenant));
                }
                return context;
            };
        }
    }
}

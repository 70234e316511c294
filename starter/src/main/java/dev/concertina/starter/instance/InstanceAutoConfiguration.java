package dev.concertina.starter.instance;

import dev.concertina.contract.Env;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.EnumSet;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/** Gives the application its identity and its place in the drain order. */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(InstanceSettings.class)
public final class InstanceAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    Instance concertinaInstance(Environment environment) {
        return Instance.of(environment);
    }

    @Bean
    FilterRegistrationBean<InstanceFilter> concertinaInstanceFilter(Instance instance) {
        var registration = new FilterRegistrationBean<>(new InstanceFilter(instance));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        registration.setDispatcherTypes(
                EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        return registration;
    }

    @Bean
    DrainDelay concertinaDrainDelay(InstanceSettings settings, Environment environment) {
        var inFleet = environment.getProperty(Env.RELEASE) != null;
        return new DrainDelay(
                settings.drainDelay().orElse(inFleet ? Duration.ZERO : Duration.ofSeconds(2)));
    }
}

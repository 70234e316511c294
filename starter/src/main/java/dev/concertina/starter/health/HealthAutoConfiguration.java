package dev.concertina.starter.health;

import dev.concertina.starter.instance.Check;
import dev.concertina.starter.instance.Instance;
import dev.concertina.starter.instance.InstanceAutoConfiguration;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Serves health, readiness and liveness on the main port, with and without Actuator. */
@AutoConfiguration(after = InstanceAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnProperty(name = "concertina.health.enabled", matchIfMissing = true)
@EnableConfigurationProperties(HealthSettings.class)
public final class HealthAutoConfiguration {
    // Boot's own indicators that say what our checks say, or nothing about a dependency.
    private static final Set<String> COVERED =
            Set.of("db", "redis", "ping", "livenessState", "readinessState", "diskSpace", "ssl");

    /** Gives the checks of what a library offers; exists only where the library does. */
    interface Source {
        List<Check> checks();
    }

    @Bean
    FilterRegistrationBean<HealthFilter> concertinaHealthFilter(
            Instance instance,
            ApplicationAvailability availability,
            Dependencies dependencies,
            HealthSettings settings) {
        var filter =
                new HealthFilter(
                        instance,
                        availability,
                        dependencies,
                        settings.details(),
                        Clock.systemUTC());
        var registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 20);
        registration.addUrlPatterns("/health", "/health/*");
        return registration;
    }

    @Bean(destroyMethod = "close")
    Dependencies concertinaDependencies(
            ObjectProvider<Check> checks, ObjectProvider<Source> sources, HealthSettings settings) {
        return new Dependencies(() -> all(checks, sources), settings.timeout());
    }

    private static List<Check> all(ObjectProvider<Check> checks, ObjectProvider<Source> sources) {
        var all = new ArrayList<>(checks.orderedStream().toList());
        var names = new HashSet<String>();
        all.forEach(check -> names.add(check.name()));
        sources.orderedStream()
                .flatMap(source -> source.checks().stream())
                .filter(check -> names.add(check.name()))
                .forEach(all::add);
        return all;
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(DataSource.class)
    static class Databases {
        @Bean
        Source concertinaDatabaseChecks(ListableBeanFactory beans) {
            return () -> {
                Map<String, DataSource> sources = beans.getBeansOfType(DataSource.class);
                return sources.entrySet().stream()
                        .<Check>map(entry ->
                                new DataSourceCheck(
                                        sources.size() == 1 ? "database" : entry.getKey(),
                                        entry.getValue()))
                        .toList();
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static class Indicators {
        private static final String SUFFIX = "HealthIndicator";

        @Bean
        Source concertinaIndicatorChecks(ListableBeanFactory beans) {
            return () ->
                    beans.getBeansOfType(HealthIndicator.class).entrySet().stream()
                            .map(entry -> Map.entry(name(entry.getKey()), entry.getValue()))
                            .filter(entry -> !COVERED.contains(entry.getKey()))
                            .<Check>map(
                                    entry -> new ContributorCheck(entry.getKey(), entry.getValue()))
                            .toList();
        }

        private static String name(String bean) {
            return bean.endsWith(SUFFIX)
                    ? bean.substring(0, bean.length() - SUFFIX.length())
                    : bean.replaceFirst("HealthContributor$", "");
        }
    }
}

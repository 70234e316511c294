package dev.concertina.starter.limit;

import com.sun.management.OperatingSystemMXBean;
import dev.concertina.contract.Env;
import dev.concertina.starter.instance.Instance;
import dev.concertina.starter.request.Participant;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RequestAutoConfiguration;
import dev.concertina.starter.request.Tenancy;
import dev.concertina.starter.request.Tenant;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Limits how often somebody may ask, over all instances together. */
@AutoConfiguration(after = RequestAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnProperty(name = "concertina.limit.enabled", matchIfMissing = true)
@EnableConfigurationProperties(LimitSettings.class)
public final class LimitAutoConfiguration {
    /** While a JVM warms up, busy processors say nothing about its load. */
    private static final long WARM_MILLIS = 120_000;

    /** Opens what a library knows of limits; exists only where the library does. */
    interface Sources {
        List<LimitSource> open();
    }

    @Bean
    Tally concertinaLimitTally() {
        return new Tally();
    }

    @Bean
    Remembered concertinaRefused(LimitSettings settings) {
        return new Remembered(settings.remembered());
    }

    @Bean
    Strictness concertinaStrictness(LimitSettings settings, Remembered concertinaRefused) {
        return new Strictness(
                settings.strict(),
                LimitAutoConfiguration::cpu,
                System::nanoTime,
                concertinaRefused::clear);
    }

    private static double cpu() {
        boolean warm = ManagementFactory.getRuntimeMXBean().getUptime() > WARM_MILLIS;
        return warm
                        && ManagementFactory.getOperatingSystemMXBean()
                                instanceof OperatingSystemMXBean os
                ? os.getCpuLoad()
                : -1;
    }

    @Bean
    Participant concertinaLimitParticipant(
            LimitSettings settings,
            ObjectProvider<Redis> redis,
            Instance instance,
            Environment environment,
            Strictness strictness,
            Remembered refused,
            Tally tally,
            Map<String, LimitKey> keys,
            ObjectProvider<Tenancy> tenancy,
            ObjectProvider<Sources> sources) {
        LongSupplier nanos = System::nanoTime;
        var connection = Optional.ofNullable(redis.getIfAvailable());
        var prefix = connection.map(Redis::namespace).orElse("concertina") + ":l:{";
        int atMost = environment.getProperty(Env.FLEET_SIZE_MAX, Integer.class, 1);
        var fleet = new Fleet(instance.id().value(), settings.instances(), atMost, nanos);
        var limits =
                new Limits(
                        prefix,
                        connection.map(r -> new SharedCount(prefix, strictness, fleet, nanos)),
                        new OwnCount(
                                prefix,
                                fleet,
                                strictness,
                                nanos,
                                new Remembered(settings.remembered())),
                        refused,
                        strictness,
                        tally,
                        settings.fields(),
                        nanos);
        return new LimitParticipant(
                limits,
                new Buckets(prefix, withTenant(keys, settings, tenancy), settings.ipv6Prefix()),
                tally,
                () -> all(settings, sources),
                nanos);
    }

    private static Map<String, LimitKey> withTenant(
            Map<String, LimitKey> keys, LimitSettings settings, ObjectProvider<Tenancy> tenancy) {
        var all = new HashMap<>(keys);
        tenancy.ifAvailable(tenants ->
                all.putIfAbsent("tenant", request -> tenants.of(request).map(Tenant::id)));
        settings.tenantHeader()
                .ifPresent(field ->
                        all.putIfAbsent(
                                "tenant",
                                request -> Optional.ofNullable(request.getHeader(field))));
        return all;
    }

    private static List<LimitSource> all(LimitSettings settings, ObjectProvider<Sources> sources) {
        var all = new ArrayList<LimitSource>();
        all.add(new PathRules(settings.rules()));
        sources.forEach(source -> all.addAll(source.open()));
        return all;
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RequestMappingHandlerMapping.class)
    static class Mvc {
        @Bean
        Sources concertinaAnnotatedLimits(ObjectProvider<RequestMappingHandlerMapping> mappings) {
            return () -> mappings.orderedStream().<LimitSource>map(AnnotatedHandlers::new).toList();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        @Bean
        MeterBinder concertinaLimitMetrics(Tally tally, Strictness strictness) {
            return registry -> {
                Gauge.builder("concertina.limit.tightened", strictness, s -> s.permille() / 1000.0)
                        .description("Share of every limit in force; less than 1 in strict mode")
                        .register(registry);
                tally.watch((name, counters) -> {
                    counter(name, "passed", counters.passed()).register(registry);
                    counter(name, "refused", counters.refused()).register(registry);
                });
            };
        }

        private static FunctionCounter.Builder<LongAdder> counter(
                String limit, String outcome, LongAdder count) {
            return FunctionCounter.builder("concertina.limit.requests", count, LongAdder::sum)
                    .description("Requests a limit let pass or refused")
                    .tag("limit", limit)
                    .tag("outcome", outcome);
        }
    }
}

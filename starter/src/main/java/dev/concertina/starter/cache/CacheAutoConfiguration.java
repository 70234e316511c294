package dev.concertina.starter.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.concertina.contract.Env;
import dev.concertina.starter.codec.CodecAutoConfiguration;
import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.request.Participant;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RequestAutoConfiguration;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cache.CacheManager;
import org.springframework.cache.interceptor.CacheAspectSupport;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * The caches of {@code @Cacheable}, over all instances. Stands back where the application has not
 * enabled caching or has a cache manager of its own.
 */
@AutoConfiguration(
        after = {RequestAutoConfiguration.class, CodecAutoConfiguration.class},
        beforeName = "org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(Caffeine.class)
@ConditionalOnBean(CacheAspectSupport.class)
@ConditionalOnMissingBean(CacheManager.class)
@ConditionalOnProperty(name = "concertina.cache.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CacheSettings.class)
public final class CacheAutoConfiguration {
    private static final Logger log = LoggerFactory.getLogger(CacheAutoConfiguration.class);

    @Bean
    SharedCaches concertinaCaches(
            CacheSettings settings,
            ObjectProvider<Redis> redis,
            ValueCodec codec,
            Environment environment) {
        var found = Optional.ofNullable(redis.getIfAvailable());
        int instancesMax = environment.getProperty(Env.FLEET_SIZE_MAX, Integer.class, 1);
        var wanted = settings.store(found.isPresent(), instancesMax);
        if (instancesMax > 1 && wanted != CacheSettings.Store.REDIS && settings.store().isEmpty()) {
            log.warn(
                    "Nothing is cached: there may be {} instances and there is no Redis to share"
                            + " it. Set concertina.redis.url, or concertina.cache.store=none if"
                            + " that is meant.",
                    instancesMax);
        }
        return new SharedCaches(
                store(wanted, found),
                codec,
                settings,
                wanted != CacheSettings.Store.NONE,
                Thread::startVirtualThread,
                System::nanoTime);
    }

    private static CacheStore store(CacheSettings.Store wanted, Optional<Redis> redis) {
        return switch (wanted) {
            case MEMORY, NONE -> new MemoryCacheStore(Clock.systemUTC());
            case REDIS ->
                    new RedisCacheStore(
                            redis.orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "concertina.cache.store is redis, but there is"
                                                    + " none. Set concertina.redis.url, or"
                                                    + " write memory.")));
        };
    }

    @Bean
    Participant concertinaCacheParticipant(SharedCaches caches) {
        return new CacheParticipant(caches);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        @Bean
        MeterBinder concertinaCacheMetrics(SharedCaches caches) {
            return registry -> {
                FunctionCounter.builder(
                                "concertina.cache.resets", caches.coherence(), Coherence::resets)
                        .description("Times everything near was given up")
                        .register(registry);
                Gauge.builder("concertina.cache.owed", caches.owed(), Owed::size)
                        .description("Evictions the store did not answer, to be made up for")
                        .register(registry);
                caches.watch((name, cache) -> register(registry, name, cache));
            };
        }

        private static void register(MeterRegistry registry, String name, SharedCache cache) {
            var counters = cache.counters();
            gets(registry, name, "near", counters.near());
            gets(registry, name, "far", counters.far());
            gets(registry, name, "miss", counters.missed());
            fills(registry, name, "kept", counters.filled());
            fills(registry, name, "rejected", counters.rejected());
            fills(registry, name, "renewed", counters.renewed());
            Gauge.builder("concertina.cache.size", cache.near(), Near::size)
                    .description("Entries this instance holds near")
                    .tag("cache", name)
                    .register(registry);
        }

        private static void gets(
                MeterRegistry registry, String cache, String result, LongAdder count) {
            FunctionCounter.builder("concertina.cache.gets", count, LongAdder::sum)
                    .description("Reads, by where they were answered")
                    .tag("cache", cache)
                    .tag("result", result)
                    .register(registry);
        }

        private static void fills(
                MeterRegistry registry, String cache, String result, LongAdder count) {
            FunctionCounter.builder("concertina.cache.fills", count, LongAdder::sum)
                    .description("Values loaded, by what became of them")
                    .tag("cache", cache)
                    .tag("result", result)
                    .register(registry);
        }
    }
}

package dev.concertina.starter.channel;

import dev.concertina.contract.Env;
import dev.concertina.starter.channel.ChannelSettings.Store;
import dev.concertina.starter.instance.BadSetting;
import dev.concertina.starter.instance.DrainStep;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RequestAutoConfiguration;
import dev.concertina.starter.request.Tenancy;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.Servlet;
import jakarta.websocket.server.ServerContainer;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.tomcat.websocket.server.WsSci;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.DispatcherServlet;
import tools.jackson.databind.json.JsonMapper;

/** Live channels over all instances. */
@AutoConfiguration(after = RequestAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({Servlet.class, DispatcherServlet.class})
@ConditionalOnProperty(name = "concertina.channel.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ChannelSettings.class)
public final class ChannelAutoConfiguration {
    private static final Logger log = LoggerFactory.getLogger(ChannelAutoConfiguration.class);

    @Bean
    Counters concertinaChannelCounters() {
        return new Counters();
    }

    @Bean
    ChannelStore concertinaChannelStore(
            ChannelSettings settings, ObjectProvider<Redis> redis, Environment environment) {
        var connection = Optional.ofNullable(redis.getIfAvailable());
        var wanted = settings.store().orElse(connection.isPresent() ? Store.REDIS : Store.MEMORY);
        if (wanted == Store.REDIS) {
            return new RedisChannelStore(
                    connection.orElseThrow(() ->
                            new BadSetting(
                                    "concertina.channel.store is redis, but there is no address.",
                                    "Set REDIS_URL or concertina.redis.url, or write memory.")),
                    settings.history(),
                    settings.life(),
                    settings.operations(),
                    settings.probe());
        }
        if (environment.getProperty(Env.FLEET_SIZE_MAX, Integer.class, 1) > 1) {
            log.error(
                    "Channels reach the subscribers of this instance only, but the fleet may run"
                            + " several. Set REDIS_URL.");
        }
        return new MemoryChannelStore(
                Clock.systemUTC(), settings.history(), settings.life(), settings.operations());
    }

    @Bean(destroyMethod = "close")
    Feeds concertinaFeeds(ChannelStore store, ChannelSettings settings, Counters counters) {
        // Not the instance's id, which a successor may have again while the lease lasts.
        return new Feeds(store, settings, counters, Chance.name());
    }

    @Bean
    Channels concertinaChannels(
            ChannelStore store,
            Feeds feeds,
            ChannelSettings settings,
            Counters counters,
            ObjectProvider<JsonMapper> mapper,
            ObjectProvider<Tenancy> tenancy) {
        return new Channels(
                store,
                feeds,
                settings,
                counters,
                mapper.getIfUnique(JsonMapper::shared),
                tenancy.getIfAvailable() != null,
                Optional.empty());
    }

    @Bean
    DrainStep concertinaChannelsLeave(Feeds feeds, ChannelSettings settings) {
        return new Leaving(feeds, settings.drain());
    }

    /** Nothing is reachable from outside until somebody says who may. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(ChannelAccess.class)
    @ConditionalOnProperty(name = "concertina.channel.endpoints", matchIfMissing = true)
    static class Endpoints {
        @Bean
        Doorman concertinaChannelDoorman(
                ChannelAccess access,
                ChannelSettings settings,
                Counters counters,
                Environment environment) {
            var origins =
                    settings.origins().isEmpty()
                            ? Binder.get(environment)
                                    .bind(
                                            "concertina.security.cors.origins",
                                            Bindable.listOf(String.class))
                                    .orElse(List.of())
                            : settings.origins();
            return new Doorman(access, counters, origins);
        }

        @Bean
        ChannelEndpoints concertinaChannelEndpoints(
                Channels channels,
                Feeds feeds,
                ChannelSettings settings,
                Doorman doorman,
                ObjectProvider<SocketDoor> sockets) {
            return new ChannelEndpoints(
                    channels,
                    feeds,
                    settings,
                    doorman,
                    Optional.ofNullable(sockets.getIfAvailable()));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ServerContainer.class)
    @ConditionalOnBean(ChannelAccess.class)
    @ConditionalOnProperty(name = "concertina.channel.endpoints", matchIfMissing = true)
    static class Sockets {
        @Bean
        SocketDoor concertinaSocketDoor(
                Channels channels, Feeds feeds, ChannelSettings settings, Doorman doorman) {
            return new SocketDoor(channels, feeds, settings, doorman);
        }

        /** Where Boot's own module for WebSockets is not there to do it. */
        @Configuration(proxyBeanMethods = false)
        @ConditionalOnClass(WsSci.class)
        static class Tomcat {
            @Bean
            ServletContextInitializer concertinaTomcatSockets() {
                return context -> {
                    if (context.getAttribute(ServerContainer.class.getName()) == null) {
                        new WsSci().onStartup(Set.of(), context);
                    }
                };
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        @Bean
        MeterBinder concertinaChannelMetrics(Feeds feeds, Counters counters) {
            return registry -> {
                Gauge.builder("concertina.channel.subscribers", feeds, Feeds::subscribers)
                        .description("Subscriptions of this instance")
                        .register(registry);
                count(registry, "published", "Publications", counters.published);
                count(
                        registry,
                        "repeated",
                        "Publications that were there already",
                        counters.repeated);
                count(
                        registry,
                        "delivered",
                        "Publications written to subscribers",
                        counters.delivered);
                count(registry, "resumed", "Subscriptions that named a position", counters.resumed);
                count(
                        registry,
                        "resets",
                        "Subscribers told that they may miss some",
                        counters.resets);
                count(registry, "slow", "Subscribers that took too little", counters.slow);
                count(registry, "refused", "Requests that were not allowed", counters.refused);
                count(registry, "caught.up", "Readings of a history", counters.caughtUp);
                FunctionCounter.builder("concertina.channel.replaced", feeds, Feeds::replaced)
                        .description("Listening connections that were lost or heard nothing")
                        .register(registry);
                var publishing =
                        Timer.builder("concertina.channel.publishing")
                                .description("From the call until it is in the history")
                                .register(registry);
                counters.onPublishing(nanos -> publishing.record(nanos, TimeUnit.NANOSECONDS));
                var delivery =
                        Timer.builder("concertina.channel.delivery")
                                .description("From hearing until it is written to a subscriber")
                                .register(registry);
                counters.onDelivery(nanos -> delivery.record(nanos, TimeUnit.NANOSECONDS));
            };
        }

        private static void count(
                MeterRegistry registry, String name, String description, LongAdder count) {
            FunctionCounter.builder("concertina.channel." + name, count, LongAdder::sum)
                    .description(description)
                    .register(registry);
        }
    }
}

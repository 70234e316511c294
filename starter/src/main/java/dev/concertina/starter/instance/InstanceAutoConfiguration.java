package dev.concertina.starter.instance;

import dev.concertina.contract.Env;
import dev.concertina.starter.instance.DrainStep.Phase;
import jakarta.servlet.DispatcherType;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/** Gives the application its identity and its place in the drain order. */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(InstanceSettings.class)
public final class InstanceAutoConfiguration {
    private static final int REQUESTS = WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
    private static final int LISTENER = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE;

    @Bean
    @ConditionalOnMissingBean
    Instance concertinaInstance(Environment environment) {
        return Instance.of(environment);
    }

    @Bean
    Traffic concertinaTraffic() {
        return new Traffic();
    }

    @Bean
    FilterRegistrationBean<InstanceFilter> concertinaInstanceFilter(
            Instance instance, Traffic traffic, ObjectProvider<FatalError> fatal) {
        var watch = Optional.ofNullable(fatal.getIfAvailable());
        var registration =
                new FilterRegistrationBean<>(new InstanceFilter(instance, traffic, watch));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        registration.setDispatcherTypes(
                EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR));
        return registration;
    }

    @Bean
    @ConditionalOnProperty(name = "concertina.instance.exit-on-fatal", matchIfMissing = true)
    FatalError concertinaFatalError(ApplicationContext context) {
        return new FatalError(
                () -> AvailabilityChangeEvent.publish(context, LivenessState.BROKEN), System::exit);
    }

    @Bean
    Drain concertinaDrain(InstanceSettings settings, Environment environment, Traffic traffic) {
        var inFleet = environment.getProperty(Env.RELEASE) != null;
        var delay = settings.drainDelay().orElse(inFleet ? Duration.ZERO : Duration.ofSeconds(2));
        return new Drain(delay, settings.drainWithin(), traffic, System::nanoTime);
    }

    @Bean
    Ending concertinaEnding(Drain drain, ApplicationContext context) {
        return new Ending(drain, context);
    }

    @Bean
    DrainStep concertinaStreams(Traffic traffic) {
        return new Streams(traffic);
    }

    // Boot's own places: requests end in GRACEFUL_SHUTDOWN_PHASE, the listener stops 1024 later.
    @Bean
    DrainPhase concertinaDrainDelay(Drain drain) {
        return new DrainPhase(REQUESTS + 512, drain::delay);
    }

    @Bean
    DrainPhase concertinaDrainStreams(Drain drain, ObjectProvider<DrainStep> steps) {
        return new DrainPhase(REQUESTS + 256, () -> drain.streams(of(Phase.STREAMS, steps)));
    }

    @Bean
    DrainPhase concertinaDrainWork(Drain drain, ObjectProvider<DrainStep> steps) {
        return new DrainPhase(REQUESTS - 256, () -> drain.work(of(Phase.WORK, steps)));
    }

    @Bean
    DrainPhase concertinaDrainStores(Drain drain, ObjectProvider<DrainStep> steps) {
        return new DrainPhase(LISTENER - 256, () -> drain.stores(of(Phase.STORES, steps)));
    }

    private static List<DrainStep> of(Phase phase, ObjectProvider<DrainStep> steps) {
        return steps.orderedStream().filter(step -> step.phase() == phase).toList();
    }
}

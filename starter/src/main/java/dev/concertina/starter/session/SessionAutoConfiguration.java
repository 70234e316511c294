package dev.concertina.starter.session;

import dev.concertina.contract.Env;
import dev.concertina.starter.codec.CodecAutoConfiguration;
import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.request.Participant;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RequestAutoConfiguration;
import dev.concertina.starter.seal.KeyRing;
import dev.concertina.starter.seal.Seal;
import dev.concertina.starter.session.SessionSettings.Encryption;
import dev.concertina.starter.session.SessionSettings.Store;
import dev.concertina.starter.session.SessionSettings.UnknownKey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.servlet.ServletContext;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.SessionRepository;

/** Keeps {@code HttpSession} outside the instance. */
@AutoConfiguration(
        after = {RequestAutoConfiguration.class, CodecAutoConfiguration.class},
        // Spring Session's own stores step back where there is a repository.
        beforeName = {
            "org.springframework.boot.session.autoconfigure.SessionAutoConfiguration",
            "org.springframework.boot.session.data.redis.autoconfigure"
                    + ".SessionDataRedisAutoConfiguration",
            "org.springframework.boot.session.jdbc.autoconfigure.SessionJdbcAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnExpression("!'off'.equalsIgnoreCase('${concertina.session.store:}')")
@EnableConfigurationProperties(SessionSettings.class)
public final class SessionAutoConfiguration {
    private static final Logger log = LoggerFactory.getLogger(SessionAutoConfiguration.class);

    /** Who did not say for so many rounds which key it seals with is gone. */
    private static final int QUIET_ROUNDS = 3;

    @Bean
    @ConditionalOnMissingBean(SessionStore.class)
    SessionStore concertinaSessionStore(
            SessionSettings settings, ObjectProvider<Redis> redis, Environment environment) {
        var connection = Optional.ofNullable(redis.getIfAvailable());
        var wanted = settings.store().orElse(connection.isPresent() ? Store.REDIS : Store.MEMORY);
        if (wanted == Store.MEMORY) {
            warnOfMemory(settings.store().isPresent(), environment);
            return new MemorySessionStore(Clock.systemUTC(), settings.lifetime());
        }
        return new RedisSessionStore(
                connection.orElseThrow(() ->
                        new IllegalStateException(
                                "concertina.session.store is redis, but there is no"
                                        + " address. Set REDIS_URL or"
                                        + " concertina.redis.url.")),
                settings.lifetime());
    }

    private static void warnOfMemory(boolean chosen, Environment environment) {
        var why = chosen ? "concertina.session.store=memory" : "REDIS_URL is not set";
        if (environment.getProperty(Env.FLEET_SIZE_MAX, Integer.class, 1) > 1) {
            log.error(
                    "Sessions are kept in this instance only ({}), but the fleet may run several:"
                            + " users will lose theirs whenever another instance answers."
                            + " Set REDIS_URL.",
                    why);
        } else {
            log.warn("Sessions are kept in this instance only and end with it ({}).", why);
        }
    }

    @Bean
    Sessions concertinaSessions(
            SessionStore store,
            SessionSettings settings,
            ValueCodec codec,
            Environment environment,
            ObjectProvider<Redis> redis,
            ConfigurableListableBeanFactory beans,
            ApplicationContext context) {
        var namespace =
                Optional.ofNullable(redis.getIfAvailable())
                        .map(Redis::namespace)
                        .orElse("concertina");
        var keys = keys(settings, store.isShared());
        // Only what is kept elsewhere can be away, and only what is sealed proves anything.
        boolean encloses = settings.capsule().enabled() && store.isShared() && keys.isPresent();
        var capsule =
                Optional.of(new Seal(keys, namespace + ":capsule", "capsule"))
                        .filter(seal -> encloses)
                        .map(seal ->
                                new Capsule(
                                        seal, settings.capsule().lifetime(), settings.lifetime()));
        return new Sessions(
                store,
                new SessionCache(settings.cached()),
                codec,
                keys,
                new Stamps(keys, namespace, settings.unknownKey() == UnknownKey.REFUSE),
                namespace,
                idle(settings, environment),
                settings.touchEvery(),
                capsule,
                new SessionEvents(new RegisteredListeners(context), SessionBeans.of(beans)),
                settings.attributeMax());
    }

    @Bean
    Participant concertinaSessionParticipant(
            Sessions sessions, SessionSettings settings, Environment environment) {
        var production = environment.acceptsProfiles(Profiles.of("prod", "production"));
        return new SessionParticipant(
                sessions, new SessionCookie(settings.cookie(), production), Clock.systemUTC());
    }

    @Bean
    Rounds concertinaEndedSessions(
            Sessions sessions, SessionSettings settings, ObjectProvider<ServletContext> context) {
        var ended = new EndedSessions(sessions, context::getObject, Clock.systemUTC());
        return new Rounds(
                "looking for sessions that ended",
                settings.sweepEvery(),
                RandomGenerator.getDefault(),
                ended::sweep);
    }

    @Bean
    Rounds concertinaKeyChange(Sessions sessions, SessionStore store, SessionSettings settings) {
        var every = settings.resealEvery();
        var change =
                store.ledger()
                        .flatMap(ledger ->
                                sessions.keys()
                                        .map(keys ->
                                                new KeyChange(
                                                        sessions,
                                                        store,
                                                        ledger,
                                                        keys,
                                                        SessionId.text(9),
                                                        every.multipliedBy(QUIET_ROUNDS))));
        change.ifPresent(c -> c.begin(settings.unknownKey() == UnknownKey.REFUSE));
        return new Rounds(
                "sealing sessions anew",
                change.isPresent() ? every : Duration.ZERO,
                RandomGenerator.getDefault(),
                () -> change.orElseThrow().turn());
    }

    @Bean
    @ConditionalOnMissingBean
    UserSessions concertinaUserSessions(Sessions sessions, ObjectProvider<ServletContext> context) {
        return new UserSessions(sessions, context::getObject);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class Metrics {
        @Bean
        MeterBinder concertinaSessionMetrics(SessionStore store, SessionSettings settings) {
            var count = new SessionCount(store, settings.countEvery(), System::nanoTime);
            return registry -> {
                if (settings.countEvery().isPositive()) {
                    Gauge.builder("concertina.sessions", count, SessionCount::get)
                            .description("Sessions of all instances together")
                            .register(registry);
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SessionRegistry.class)
    static class Security {
        @Bean
        @ConditionalOnMissingBean(SessionRegistry.class)
        StoredSessionRegistry concertinaSessionRegistry(Sessions sessions) {
            return new StoredSessionRegistry(sessions);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(FindByIndexNameSessionRepository.class)
    static class SpringSession {
        @Bean
        @ConditionalOnMissingBean(SessionRepository.class)
        StoredSessionRepository concertinaSessionRepository(
                Sessions sessions, ObjectProvider<ServletContext> context) {
            return new StoredSessionRepository(sessions, context::getObject);
        }
    }

    private static Optional<KeyRing> keys(SessionSettings settings, boolean leavesTheInstance) {
        if (settings.encryption() == Encryption.OFF
                || (settings.keys().isEmpty() && !leavesTheInstance)) {
            return Optional.empty();
        }
        if (settings.keys().isEmpty()) {
            throw new MissingSessionKeyException(
                    "Sessions are kept outside the instance, but concertina.session.keys is not set, so they"
                            + " cannot be encrypted.");
        }
        try {
            return Optional.of(new KeyRing(settings.keys()));
        } catch (IllegalArgumentException e) {
            throw new MissingSessionKeyException(
                    "concertina.session.keys cannot be used: " + e.getMessage() + ".");
        }
    }

    private static Duration idle(SessionSettings settings, Environment environment) {
        return settings.idle()
                .orElseGet(() ->
                        Optional.ofNullable(
                                        environment.getProperty("server.servlet.session.timeout"))
                                .map(text -> DurationStyle.detectAndParse(text, ChronoUnit.SECONDS))
                                .orElse(Duration.ofDays(30)));
    }
}

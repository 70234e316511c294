package dev.concertina.starter.preference;

import dev.concertina.contract.Env;
import dev.concertina.starter.preference.PreferenceSettings.Store;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RequestAutoConfiguration;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/** Remembers choices. */
@AutoConfiguration(after = RequestAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(PreferenceSettings.class)
public final class PreferenceAutoConfiguration {
    private static final Logger log = LoggerFactory.getLogger(PreferenceAutoConfiguration.class);

    @Bean
    PreferenceStore concertinaPreferenceStore(
            PreferenceSettings settings, ObjectProvider<Redis> redis, Environment environment) {
        var connection = Optional.ofNullable(redis.getIfAvailable());
        var wanted = settings.store().orElse(connection.isPresent() ? Store.REDIS : Store.MEMORY);
        if (wanted == Store.REDIS) {
            return new RedisPreferenceStore(
                    connection.orElseThrow(() ->
                            new IllegalStateException(
                                    "concertina.preference.store is redis, but there is no address."
                                            + " Set REDIS_URL or concertina.redis.url.")),
                    settings.life(),
                    settings.max());
        }
        if (environment.getProperty(Env.FLEET_SIZE_MAX, Integer.class, 1) > 1) {
            log.error(
                    "Preferences are kept in this instance only, but the fleet may run several."
                            + " Set REDIS_URL.");
        }
        return new MemoryPreferenceStore(Clock.systemUTC(), settings.life(), settings.max());
    }

    @Bean
    VisitorCookie concertinaVisitorCookie(PreferenceSettings settings, Environment environment) {
        var production = environment.acceptsProfiles(Profiles.of("prod", "production"));
        return new VisitorCookie(settings.cookie(), settings.life(), production);
    }

    @Bean
    Preferences concertinaPreferences(PreferenceStore store, VisitorCookie cookie) {
        return new Preferences(store, cookie);
    }

    @Bean
    PreferenceParticipant concertinaPreferenceParticipant(
            PreferenceStore store, VisitorCookie cookie, PreferenceSettings settings) {
        return new PreferenceParticipant(store, cookie, settings.paths());
    }
}

package dev.concertina.starter.token;

import dev.concertina.contract.Env;
import dev.concertina.starter.request.Participant;
import dev.concertina.starter.request.Redis;
import dev.concertina.starter.request.RequestAutoConfiguration;
import dev.concertina.starter.seal.KeyRing;
import dev.concertina.starter.token.TokenSettings.Store;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.authentication.JwtGrantedAuthoritiesConverter;

/** Tokens, once the application names itself as their issuer. */
@AutoConfiguration(
        after = RequestAutoConfiguration.class,
        beforeName = {
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.servlet"
                    + ".OAuth2ResourceServerAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(NimbusJwtDecoder.class)
@ConditionalOnProperty("concertina.token.issuer")
@EnableConfigurationProperties(TokenSettings.class)
public final class TokenAutoConfiguration {
    private static final Logger log = LoggerFactory.getLogger(TokenAutoConfiguration.class);

    @Bean
    TokenStore concertinaTokenStore(
            TokenSettings settings, ObjectProvider<Redis> redis, Environment environment) {
        var connection = Optional.ofNullable(redis.getIfAvailable());
        var wanted = settings.store().orElse(connection.isPresent() ? Store.REDIS : Store.MEMORY);
        var remembered = settings.access().plus(settings.skew()).plus(Duration.ofSeconds(1));
        if (wanted == Store.REDIS) {
            return new RedisTokenStore(
                    connection.orElseThrow(() ->
                            new IllegalStateException(
                                    "concertina.token.store is redis, but there is no address."
                                            + " Set REDIS_URL or concertina.redis.url.")),
                    remembered,
                    settings.refresh());
        }
        if (environment.getProperty(Env.FLEET_SIZE_MAX, Integer.class, 1) > 1) {
            log.error(
                    "Logins and revocations are kept in this instance only, but the fleet may run"
                            + " several: a revoked token stays good on the others. Set REDIS_URL.");
        } else {
            log.warn("Logins and revocations are kept in this instance only and end with it.");
        }
        return new MemoryTokenStore(Clock.systemUTC(), remembered);
    }

    @Bean
    SigningKeys concertinaSigningKeys(TokenSettings settings, TokenStore store) {
        var keys = new ArrayList<SigningKey>();
        for (int i = 0; i < settings.keys().size(); i++) {
            keys.add(KeyReader.read(settings.keys().get(i), i));
        }
        if (keys.isEmpty()) {
            needsSetting(store, "concertina.token.keys");
            keys.add(oneOfItsOwn());
        }
        var all = new SigningKeys(keys);
        if (all.active(Instant.now()).isEmpty()) {
            throw new MissingTokenKeyException(
                    "No key of concertina.token.keys is active yet: each has an active-from to"
                            + " come. Keep the present key until then.");
        }
        return all;
    }

    private static void needsSetting(TokenStore store, String setting) {
        if (store.asking().isPresent()) {
            throw new MissingTokenKeyException(
                    "Tokens are shared between instances, but " + setting + " is not set.");
        }
    }

    private static SigningKey oneOfItsOwn() {
        try {
            return KeyReader.ed25519(Optional.empty(), random(), Instant.EPOCH).proven();
        } catch (GeneralSecurityException | com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException("this JDK has no Ed25519", e);
        }
    }

    private static byte[] random() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    @Bean
    AccessTokens concertinaAccessTokens(TokenSettings settings, SigningKeys keys) {
        return new AccessTokens(
                keys,
                settings.issuer().orElseThrow(),
                settings.audienceOrIssuer(),
                settings.access(),
                settings.skew());
    }

    @Bean
    TokenVerifier concertinaTokenVerifier(TokenSettings settings, SigningKeys keys) {
        var rules =
                new ClaimRules(
                        settings.issuer().orElseThrow(),
                        settings.audienceOrIssuer(),
                        settings.skew(),
                        Clock.systemUTC());
        return new TokenVerifier(keys, rules, settings.cached());
    }

    @Bean
    Tokens concertinaTokens(
            TokenSettings settings,
            TokenStore store,
            AccessTokens access,
            TokenVerifier verifier,
            ObjectProvider<Redis> redis,
            ObjectProvider<TokenUsers> users) {
        var namespace =
                Optional.ofNullable(redis.getIfAvailable())
                        .map(Redis::namespace)
                        .orElse("concertina");
        return new Tokens(
                store,
                access,
                verifier,
                ring(settings, store),
                namespace,
                Optional.ofNullable(users.getIfAvailable()),
                settings.refresh(),
                settings.grace());
    }

    private static KeyRing ring(TokenSettings settings, TokenStore store) {
        if (settings.secrets().isEmpty()) {
            needsSetting(store, "concertina.token.secrets");
            return new KeyRing(List.of(Base64.getEncoder().encodeToString(random())));
        }
        try {
            return new KeyRing(settings.secrets());
        } catch (IllegalArgumentException e) {
            throw new MissingTokenKeyException(
                    "concertina.token.secrets cannot be used: " + e.getMessage() + ".");
        }
    }

    @Bean
    Participant concertinaTokenParticipant(
            TokenVerifier verifier, AccessTokens access, TokenStore store, TokenSettings settings) {
        return new TokenParticipant(verifier, access, store, settings.outage());
    }

    @Bean
    @ConditionalOnMissingBean
    JwtDecoder concertinaJwtDecoder(TokenVerifier verifier) {
        return verifier::verify;
    }

    @Bean
    FilterRegistrationBean<TokenFilter> concertinaTokenFilter(
            Tokens tokens, SigningKeys keys, TokenSettings settings) {
        var filter =
                new TokenFilter(
                        tokens, keys, settings.jwks(), settings.endpoints(), Clock.systemUTC());
        var registration = new FilterRegistrationBean<>(filter);
        // After the request's one call, so that limits count, and before security.
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 60);
        return registration;
    }

    /** What the claims mean to Spring Security. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(JwtAuthenticationConverter.class)
    static class Authorities {
        @Bean
        @ConditionalOnMissingBean
        JwtAuthenticationConverter concertinaJwtAuthenticationConverter() {
            var roles = new JwtGrantedAuthoritiesConverter();
            roles.setAuthoritiesClaimName(Claims.ROLES);
            roles.setAuthorityPrefix("ROLE_");
            var converter = new JwtAuthenticationConverter();
            converter.setJwtGrantedAuthoritiesConverter(roles);
            return converter;
        }
    }
}

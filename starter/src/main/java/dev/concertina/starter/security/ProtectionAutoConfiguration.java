package dev.concertina.starter.security;

import dev.concertina.starter.security.SecuritySettings.Cors;
import dev.concertina.starter.security.SecuritySettings.Csrf;
import dev.concertina.starter.security.SecuritySettings.CsrfMode;
import dev.concertina.starter.security.SecuritySettings.Headers;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.EnumSet;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.CsrfConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/** Protects answers and state changes, through Spring Security where there is one. */
@AutoConfiguration(
        afterName =
                "org.springframework.boot.security.autoconfigure.web.servlet"
                        + ".ServletWebSecurityAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(CorsFilter.class)
@EnableConfigurationProperties(SecuritySettings.class)
public final class ProtectionAutoConfiguration {
    private static final String CHAIN = "springSecurityFilterChain";

    @Bean
    Protection concertinaProtection(SecuritySettings settings) {
        return new Protection(settings);
    }

    @Bean
    FilterRegistrationBean<ProtectionFilter> concertinaProtectionFilter(
            Protection protection, BeanFactory beans) {
        var filter = new ProtectionFilter(protection, !beans.containsBean(CHAIN));
        var registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 25);
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ERROR));
        return registration;
    }

    @Bean
    FilterRegistrationBean<CorsFilter> concertinaCorsFilter(SecuritySettings settings) {
        var cors = settings.cors();
        var source = new UrlBasedCorsConfigurationSource();
        cors.paths().forEach(path -> source.registerCorsConfiguration(path, rules(cors)));
        var registration = new FilterRegistrationBean<>(new CorsFilter(source));
        registration.setEnabled(!cors.origins().isEmpty());
        // Before the request's one call: a question of the browser's counts in no limit, and its
        // page can read a refusal.
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 40);
        return registration;
    }

    private static CorsConfiguration rules(Cors cors) {
        var rules = new CorsConfiguration();
        cors.origins().forEach(rules::addAllowedOriginPattern);
        rules.setAllowedMethods(cors.methods());
        rules.setAllowedHeaders(cors.headers());
        rules.setExposedHeaders(cors.exposed());
        rules.setAllowCredentials(cors.credentials());
        rules.setMaxAge(cors.maxAge());
        return rules;
    }

    @Bean
    @ConditionalOnMissingBean(name = CHAIN)
    @ConditionalOnExpression("!'off'.equalsIgnoreCase('${concertina.security.csrf.mode:}')")
    FilterRegistrationBean<OriginFilter> concertinaOriginFilter(SecuritySettings settings) {
        var origins = new ArrayList<>(settings.csrf().trusted());
        // Whoever may send cookies by script may as well by form.
        if (settings.cors().credentials()) {
            origins.addAll(settings.cors().origins());
        }
        var filter = new OriginFilter(settings.csrf(), origins);
        var registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 45);
        return registration;
    }

    /** What every filter chain begins with; the application's own words come after and win. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HttpSecurity.class)
    static class Chains {
        @Bean
        Customizer<HttpSecurity> concertinaChains(
                SecuritySettings settings, Protection protection) {
            return http -> {
                http.headers(headers -> fields(headers, settings.headers(), protection));
                if (settings.csrf().mode() == CsrfMode.OFF) {
                    http.csrf(CsrfConfigurer::disable);
                } else {
                    http.csrf(csrf -> tokens(csrf, settings.csrf()));
                }
            };
        }

        private static void fields(
                HeadersConfigurer<HttpSecurity> headers, Headers settings, Protection protection) {
            if (settings.enabled()) {
                // Spring Security's own writer would replace what a handler has set.
                headers.frameOptions(frame -> frame.disable());
                if (settings.hsts().isPositive()) {
                    headers.httpStrictTransportSecurity(hsts ->
                            hsts.maxAgeInSeconds(settings.hsts().toSeconds())
                                    .includeSubDomains(settings.hstsSubdomains()));
                } else {
                    headers.httpStrictTransportSecurity(hsts -> hsts.disable());
                }
            }
            // It runs after Spring Security's own writers, and adds what nobody has set.
            headers.addHeaderWriter(protection::write);
        }

        private static void tokens(CsrfConfigurer<HttpSecurity> csrf, Csrf settings) {
            if (settings.mode() == CsrfMode.COOKIE) {
                var cookie = CookieCsrfTokenRepository.withHttpOnlyFalse();
                cookie.setCookiePath("/");
                cookie.setCookieCustomizer(builder -> builder.sameSite("Lax"));
                csrf.spa().csrfTokenRepository(cookie);
            }
            settings.except().forEach(csrf::ignoringRequestMatchers);
            // No page of another origin can send this field unasked, and no browser adds it.
            csrf.ignoringRequestMatchers(Chains::isBearer);
        }

        private static boolean isBearer(HttpServletRequest request) {
            var value = request.getHeader("Authorization");
            return value != null && value.regionMatches(true, 0, "Bearer ", 0, 7);
        }
    }
}

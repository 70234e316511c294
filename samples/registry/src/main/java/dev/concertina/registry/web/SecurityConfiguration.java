package dev.concertina.registry.web;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Who may see what: pages with a session, the API with a token. CSRF protection and the security
 * headers of pages are on by default.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
    private static final String CONTENT =
            "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /** The API takes no cookie, so no other site can use one against its owner. */
    @Bean
    @Order(1)
    SecurityFilterChain api(HttpSecurity http, ObjectProvider<JwtDecoder> tokens) {
        http.securityMatcher("/api/**")
                .authorizeHttpRequests(requests ->
                        requests.requestMatchers(HttpMethod.GET, "/api/certificates/*")
                                .permitAll()
                                .requestMatchers(HttpMethod.POST, "/api/login")
                                .permitAll()
                                .anyRequest()
                                .authenticated())
                .sessionManagement(
                        sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(csrf -> csrf.disable());
        if (tokens.getIfAvailable() != null) {
            http.oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()));
        }
        return http.build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain pages(HttpSecurity http) {
        return http.authorizeHttpRequests(requests ->
                        requests.requestMatchers("/", "/register", "/login", "/preferences")
                                .permitAll()
                                .requestMatchers("/verify/**", "/verify")
                                .permitAll()
                                .requestMatchers(
                                        "/live", "/live.js", "/channels/**", "/concertina/**")
                                .permitAll()
                                .requestMatchers("/style.css", "/icon.svg", "/submissions.js")
                                .permitAll()
                                .requestMatchers("/health/**", "/error", "/files/**")
                                .permitAll()
                                .anyRequest()
                                .authenticated())
                .formLogin(login -> login.loginPage("/login").defaultSuccessUrl("/account"))
                .logout(logout -> logout.logoutSuccessUrl("/"))
                .csrf(Customizer.withDefaults())
                .headers(headers ->
                        headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT)))
                .build();
    }

    @Bean
    PasswordEncoder passwords() {
        return new BCryptPasswordEncoder();
    }
}

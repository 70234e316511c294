package dev.concertina.registry.web;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;

/** Who may see what. CSRF protection and the security headers are Spring Security's defaults. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
    private static final String CONTENT =
            "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    @Bean
    SecurityFilterChain pages(HttpSecurity http) {
        return http.authorizeHttpRequests(requests ->
                        requests.requestMatchers("/", "/register", "/login")
                                .permitAll()
                                .requestMatchers("/verify/**", "/api/certificates/*")
                                .permitAll()
                                .requestMatchers("/style.css", "/icon.svg")
                                .permitAll()
                                .requestMatchers("/health/**", "/error")
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

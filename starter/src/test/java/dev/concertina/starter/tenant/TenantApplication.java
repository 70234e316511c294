package dev.concertina.starter.tenant;

import dev.concertina.starter.request.Tenant;
import dev.concertina.starter.token.TokenUser;
import dev.concertina.starter.token.Tokens;
import jakarta.servlet.http.HttpSession;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** An application of several tenants. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(TenantApplication.Pages.class)
class TenantApplication {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll()).build();
    }

    @RestController
    static class Pages {
        private final ObjectProvider<Tokens> tokens;

        Pages(ObjectProvider<Tokens> tokens) {
            this.tokens = tokens;
        }

        @GetMapping({"/who", "/t/{tenant}/who"})
        String who(Tenant tenant) {
            return tenant.id();
        }

        @GetMapping("/perhaps")
        String perhaps(Optional<Tenant> tenant) {
            return tenant.map(Tenant::id).orElse("nobody");
        }

        @GetMapping("/t/{tenant}/put")
        String put(HttpSession session) {
            session.setAttribute("seen", "yes");
            return "put";
        }

        @GetMapping("/t/{tenant}/seen")
        String seen(HttpSession session) {
            return String.valueOf(session.getAttribute("seen"));
        }

        @GetMapping("/t/{tenant}/limited")
        String limited() {
            return "in";
        }

        @GetMapping("/open/token/{tenant}")
        String token(@PathVariable String tenant) {
            return tokens.getObject()
                    .issue(new TokenUser("7", Optional.empty(), List.of(), Optional.of(tenant)))
                    .access();
        }
    }
}

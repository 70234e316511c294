package dev.concertina.starter.token;

import jakarta.servlet.http.HttpSession;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application with tokens, as somebody would write it. */
@SpringBootApplication
public class TokenApplication {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests ->
                        requests.requestMatchers("/login", "/count")
                                .permitAll()
                                .requestMatchers("/admin")
                                .hasRole("ADMIN")
                                .anyRequest()
                                .authenticated())
                .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
                .csrf(csrf -> csrf.disable())
                .build();
    }

    @RestController
    static class Pages {
        private final Tokens tokens;

        Pages(Tokens tokens) {
            this.tokens = tokens;
        }

        record Pair(String access, String refresh) {}

        @PostMapping("/login")
        Pair login() {
            var user =
                    new TokenUser(
                            "ada", Optional.of("ada@test"), List.of("USER"), Optional.of("north"));
            var pair = tokens.issue(user);
            return new Pair(pair.access(), pair.refresh());
        }

        @PostMapping("/logout-here")
        void here(JwtAuthenticationToken user) {
            tokens.revoke(user.getToken());
        }

        @PostMapping("/logout-everywhere")
        void everywhere(Authentication user) {
            tokens.revokeAll(user.getName());
        }

        @GetMapping("/me")
        String me(JwtAuthenticationToken user) {
            return user.getName()
                    + " "
                    + user.getAuthorities()
                    + " "
                    + user.getToken().getClaimAsString("tenant");
        }

        @GetMapping("/admin")
        String admin() {
            return "admin";
        }

        @GetMapping("/count")
        String count(HttpSession session) {
            session.setAttribute("count", 1);
            return "1";
        }

        @GetMapping("/read")
        String read(HttpSession session) {
            return String.valueOf(session.getAttribute("count"));
        }
    }
}

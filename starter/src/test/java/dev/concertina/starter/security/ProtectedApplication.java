package dev.concertina.starter.security;

import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/** An application with a chain of its own that says nothing of headers. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ProtectedApplication.Pages.class, ProtectedApplication.Advice.class})
class ProtectedApplication {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll()).build();
    }

    /** Every page knows the nonce through an advice. */
    @RestControllerAdvice
    static class Advice {
        @ModelAttribute("nonce")
        String nonce(@RequestAttribute String cspNonce) {
            return cspNonce;
        }
    }

    @RestController
    static class Pages {
        @GetMapping("/page")
        String page(@ModelAttribute("nonce") String nonce) {
            return nonce;
        }

        @GetMapping("/own")
        String own(HttpServletResponse response) {
            response.setHeader("Content-Security-Policy", "default-src 'none'");
            response.setHeader("Referrer-Policy", "no-referrer");
            response.setHeader("X-Frame-Options", "SAMEORIGIN");
            return "own";
        }

        @GetMapping("/broken")
        String broken() {
            throw new IllegalStateException("broken");
        }

        @GetMapping("/csrf")
        String csrf() {
            var token =
                    RequestContextHolder.currentRequestAttributes()
                            .getAttribute("_csrf", RequestAttributes.SCOPE_REQUEST);
            return token instanceof org.springframework.security.web.csrf.CsrfToken csrf
                    ? csrf.getToken()
                    : "none";
        }

        @PostMapping({"/change", "/hooks/change"})
        String change() {
            return "changed";
        }
    }
}

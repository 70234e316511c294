package dev.concertina.starter.preference;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application whose pages ask whether they may count their visitors. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(PreferenceApplication.Pages.class)
class PreferenceApplication {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .httpBasic(Customizer.withDefaults())
                .build();
    }

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(
                User.withUsername("ada").password("{noop}lovelace").roles("USER").build());
    }

    @RestController
    static class Pages {
        private static final String OUT = "analytics-opt-out";

        private final Preferences preferences;

        Pages(Preferences preferences) {
            this.preferences = preferences;
        }

        @GetMapping("/plain")
        String plain() {
            return "plain";
        }

        @GetMapping({"/counted", "/ahead/counted"})
        String counted(HttpServletRequest request) {
            // However often it asks.
            var first = preferences.isOn(request, OUT, true);
            return first == preferences.isOn(request, OUT, true) ? "out " + first : "odd";
        }

        @GetMapping("/out")
        String out(HttpServletRequest request, HttpServletResponse response) {
            preferences.turnOn(request, response, OUT);
            return "out " + preferences.isOn(request, OUT, false);
        }

        @GetMapping("/in")
        String in(HttpServletRequest request, HttpServletResponse response) {
            preferences.turnOff(request, response, OUT);
            return "out " + preferences.isOn(request, OUT, true);
        }

        @GetMapping("/forget")
        String forget(HttpServletRequest request) {
            preferences.remove(request, OUT);
            return preferences.all(request).toString();
        }

        @GetMapping("/bad")
        String bad(HttpServletRequest request) {
            return preferences.get(request, "Bad Name").orElse("");
        }
    }
}

package dev.concertina.starter.badinput;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Sessions for strangers, and one page for those with a token. */
@SpringBootApplication
public class BadInputApplication {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests ->
                        requests.requestMatchers("/closed")
                                .authenticated()
                                .anyRequest()
                                .permitAll())
                .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
                .csrf(csrf -> csrf.disable())
                .build();
    }

    @RestController
    static class Pages {
        @PostMapping("/keep")
        String keep(@RequestParam int size, @RequestParam String text, HttpSession session) {
            session.setAttribute("kept", text.repeat(size / text.length()));
            return "kept";
        }

        @GetMapping("/kept")
        String kept(HttpServletRequest request) {
            var session = request.getSession(false);
            return session == null
                    ? "no session"
                    : Integer.toString(String.valueOf(session.getAttribute("kept")).length());
        }

        @PostMapping("/thread")
        String thread(HttpSession session) {
            session.setAttribute("worker", new Thread("a-secret-name"));
            return "kept";
        }

        @GetMapping("/closed")
        String closed() {
            return "closed";
        }
    }
}

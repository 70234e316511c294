package dev.concertina.starter.secrecy;

import dev.concertina.starter.seal.SealBroken;
import dev.concertina.starter.testing.Visitor;
import dev.concertina.starter.token.TokenUser;
import dev.concertina.starter.token.Tokens;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** An application whose users have something to hide. Anybody may log in. */
@SpringBootApplication
public class SecrecyApplication {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .formLogin(form ->
                        form.successHandler((request, response, user) -> response.setStatus(200)))
                .csrf(csrf -> csrf.disable())
                .build();
    }

    @Bean
    UserDetailsService users() {
        return name -> User.withUsername(name).password(Visitor.PASSWORD).roles("USER").build();
    }

    /** Nobody waits for a slow hash here. */
    @Bean
    PasswordEncoder passwords() {
        return new PasswordEncoder() {
            @Override
            public String encode(@Nullable CharSequence password) {
                return String.valueOf(password);
            }

            @Override
            public boolean matches(@Nullable CharSequence password, @Nullable String encoded) {
                return encode(password).equals(encoded);
            }
        };
    }

    record Profile(String name, String mail, List<String> notes) {}

    record Pair(String access, String refresh) {}

    @RestController
    static class Pages {
        private final Tokens tokens;

        Pages(Tokens tokens) {
            this.tokens = tokens;
        }

        @PostMapping("/keep")
        String keep(@RequestParam String name, @RequestParam String value, HttpSession session) {
            session.setAttribute(name, value);
            session.setAttribute("profile", new Profile(value, value + "@mail", List.of(value)));
            return "kept";
        }

        @GetMapping("/kept")
        String kept(@RequestParam String name, HttpServletRequest request) {
            var session = request.getSession(false);
            return session == null ? "no session" : String.valueOf(session.getAttribute(name));
        }

        @PostMapping("/count")
        String count(HttpServletRequest request) {
            var session = request.getSession();
            var count = (Integer) session.getAttribute("count");
            int next = count == null ? 1 : count + 1;
            session.setAttribute("count", next);
            return who(request.getUserPrincipal()) + next;
        }

        /** Hundreds of traces would say the same. */
        @ExceptionHandler(SealBroken.class)
        ResponseEntity<String> broken() {
            return ResponseEntity.internalServerError().body("cannot be opened");
        }

        @GetMapping("/me")
        String me(HttpServletRequest request) {
            return who(request.getUserPrincipal());
        }

        private static String who(@Nullable Principal user) {
            return user == null ? "nobody " : user.getName() + " ";
        }

        @PostMapping("/tokens")
        Pair tokens(Principal user) {
            var who =
                    new TokenUser(
                            user.getName(),
                            Optional.of(user.getName() + ".mail@secret.test"),
                            List.of("ROLE-" + user.getName()),
                            Optional.of("tenant-" + user.getName()));
            var pair = tokens.issue(who);
            return new Pair(pair.access(), pair.refresh());
        }
    }
}

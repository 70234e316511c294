package dev.concertina.starter.history;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.security.Principal;
import java.util.Collections;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Everything that can be done to a session, one request each. Anybody may log in. */
@SpringBootApplication
public class HistoryApplication {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .formLogin(form ->
                        form.successHandler((request, response, user) ->
                                response.setStatus(HttpStatus.OK.value())))
                .requestCache(cache -> cache.disable())
                .csrf(csrf -> csrf.disable())
                .build();
    }

    @Bean
    UserDetailsService users() {
        return name -> User.withUsername(name).password("password").roles("USER").build();
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

    @RestController
    static class Pages {
        static final String NOBODY = "no session";

        @PostMapping("/begin")
        String begin(@RequestParam int life, HttpSession session) {
            session.setAttribute("life", life);
            return "begun";
        }

        @PostMapping("/rotate")
        String rotate(HttpServletRequest request) {
            if (request.getSession(false) == null) {
                return NOBODY;
            }
            request.changeSessionId();
            return "rotated";
        }

        @PostMapping("/end")
        String end(HttpServletRequest request) throws ServletException {
            if (request.getSession(false) == null) {
                return NOBODY;
            }
            request.logout();
            return "ended";
        }

        @PostMapping("/write")
        String write(
                @RequestParam String name, @RequestParam String value, HttpServletRequest request) {
            var session = request.getSession(false);
            if (session == null) {
                return NOBODY;
            }
            session.setAttribute("x-" + name, value);
            return "kept";
        }

        @GetMapping("/read")
        String read(HttpServletRequest request) {
            var session = request.getSession(false);
            if (session == null) {
                return NOBODY;
            }
            var values = new TreeMap<String, String>();
            for (var name : Collections.list(session.getAttributeNames())) {
                if (name.startsWith("x-")) {
                    values.put(name.substring(2), (String) session.getAttribute(name));
                }
            }
            var user = Optional.ofNullable(request.getUserPrincipal()).map(Principal::getName);
            return session.getAttribute("life") + ";" + user.orElse("") + ";" + values;
        }
    }
}

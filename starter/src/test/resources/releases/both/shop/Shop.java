package shop;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What both releases have. */
@SpringBootApplication
public class Shop {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(
                        requests -> requests.requestMatchers("/login").permitAll().anyRequest().authenticated())
                .formLogin(form -> form.successHandler((request, response, user) -> response.setStatus(200)))
                .csrf(csrf -> csrf.disable())
                .build();
    }

    @Bean
    UserDetailsService users() {
        return name -> User.withUsername(name).password("correct-horse-battery-staple").roles("USER").build();
    }

    @Bean
    PasswordEncoder passwords() {
        return new PasswordEncoder() {
            @Override
            public String encode(CharSequence password) {
                return String.valueOf(password);
            }

            @Override
            public boolean matches(CharSequence password, String encoded) {
                return encode(password).equals(encoded);
            }
        };
    }

    @RestController
    static class Pages {
        @PostMapping("/count")
        String count(HttpServletRequest request) {
            var session = request.getSession();
            var count = (Integer) session.getAttribute("count");
            int next = count == null ? 1 : count + 1;
            session.setAttribute("count", next);
            return request.getUserPrincipal().getName() + " " + next;
        }

        @GetMapping("/names")
        String names(HttpServletRequest request) {
            var names = Collections.list(request.getSession().getAttributeNames());
            Collections.sort(names);
            return names.toString();
        }

        @GetMapping("/raw")
        String raw(@RequestParam String name, HttpServletRequest request) {
            return String.valueOf(request.getSession().getAttribute(name));
        }
    }
}

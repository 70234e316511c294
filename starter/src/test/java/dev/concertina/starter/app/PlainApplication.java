package dev.concertina.starter.app;

import dev.concertina.starter.limit.RateLimited;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.SessionAttributes;
import org.springframework.web.bind.support.SessionStatus;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

@SpringBootApplication
public class PlainApplication {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests ->
                        requests.requestMatchers("/public/**", "/error")
                                .permitAll()
                                .anyRequest()
                                .authenticated())
                .formLogin(Customizer.withDefaults())
                .logout(Customizer.withDefaults())
                .build();
    }

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(
                User.withUsername("ada").password("{noop}lovelace").roles("USER").build(),
                User.withUsername("bob").password("{noop}babbage").roles("USER").build());
    }

    public static class Cart implements Serializable {
        private final List<String> items = new ArrayList<>();

        public List<String> getItems() {
            return items;
        }
    }

    public static class Draft implements Serializable {
        private String title = "";

        public String getTitle() {
            return title;
        }

        public void setTitle(String title) {
            this.title = title;
        }
    }

    @Controller
    static class Pages {
        @GetMapping("/me")
        @ResponseBody
        String me(Authentication user) {
            return user.getName() + " " + user.getAuthorities().size();
        }

        @GetMapping("/token")
        @ResponseBody
        String token(CsrfToken token) {
            return token.getToken();
        }

        @PostMapping("/effect")
        @ResponseBody
        String effect() {
            return "done";
        }

        @PostMapping("/cart")
        @ResponseBody
        String add(@RequestParam String item, HttpSession session) {
            var cart = (Cart) session.getAttribute("cart");
            if (cart == null) {
                cart = new Cart();
                session.setAttribute("cart", cart);
            }
            // In place, as applications do.
            cart.getItems().add(item);
            return String.join(",", cart.getItems());
        }

        @GetMapping("/cart")
        @ResponseBody
        String cart(HttpSession session) {
            var cart = (Cart) session.getAttribute("cart");
            return cart == null ? "" : String.join(",", cart.getItems());
        }

        @PostMapping("/say")
        String say(@RequestParam String text, RedirectAttributes attributes) {
            attributes.addFlashAttribute("said", text);
            return "redirect:/said";
        }

        @GetMapping("/said")
        @ResponseBody
        String said(Model model) {
            return String.valueOf(model.getAttribute("said"));
        }

        @GetMapping("/public/hello")
        @ResponseBody
        String hello() {
            return "hello";
        }

        @GetMapping("/public/limited/{id}")
        @RateLimited(rate = "3/h", name = "limited")
        @ResponseBody
        String limited() {
            return "limited";
        }

        @GetMapping("/public/limited/free")
        @ResponseBody
        String free() {
            return "free";
        }

        @GetMapping("/mine")
        @RateLimited(rate = "5/h", key = "user", name = "mine")
        @ResponseBody
        String mine(Authentication user) {
            return user.getName();
        }

        @GetMapping("/public/count")
        @ResponseBody
        String count(HttpSession session) {
            var count = (Integer) session.getAttribute("count");
            var next = count == null ? 1 : count + 1;
            session.setAttribute("count", next);
            return Integer.toString(next);
        }

        @GetMapping("/public/read")
        @ResponseBody
        String read(HttpSession session) {
            return String.valueOf(session.getAttribute("count"));
        }

        @GetMapping("/public/failure")
        @ResponseBody
        String failure(HttpSession session) {
            var failure = (Exception) session.getAttribute("SPRING_SECURITY_LAST_EXCEPTION");
            return failure == null ? "" : failure.getMessage();
        }

        @GetMapping("/public/broken")
        @ResponseBody
        String broken() {
            throw new IllegalStateException("as applications do");
        }

        @GetMapping("/public/reset")
        void reset(HttpServletResponse response) throws IOException {
            response.reset();
            response.getWriter().print("anew");
        }

        @GetMapping("/public/thread")
        @ResponseBody
        String thread(HttpSession session) {
            session.setAttribute("thread", new Thread());
            return "kept";
        }
    }

    @Controller
    @SessionAttributes("draft")
    static class DraftPages {
        @ModelAttribute("draft")
        Draft draft() {
            return new Draft();
        }

        @PostMapping("/draft/new")
        String begin() {
            return "redirect:/draft";
        }

        @PostMapping("/draft")
        String edit(@ModelAttribute("draft") Draft draft) {
            return "redirect:/draft";
        }

        @GetMapping("/draft")
        @ResponseBody
        String show(@ModelAttribute("draft") Draft draft) {
            return draft.getTitle();
        }

        @PostMapping("/draft/done")
        String done(@ModelAttribute("draft") Draft draft, SessionStatus status) {
            status.setComplete();
            return "redirect:/draft";
        }
    }
}

package dev.concertina.starter.everyday;

import jakarta.servlet.http.HttpSession;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TimeZone;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.annotation.RegisteredOAuth2AuthorizedClient;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.i18n.SessionLocaleResolver;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** User classes of its own, three ways to log in, forms that are shown again, a chosen language. */
@SpringBootApplication
public class EverydayApplication {
    static final String HASH = "{noop}never-to-be-kept";

    @Bean
    SecurityFilterChain chain(HttpSecurity http, UserDetailsService users) {
        return http.authorizeHttpRequests(requests ->
                        requests.requestMatchers("/me", "/client", "/password")
                                .authenticated()
                                .anyRequest()
                                .permitAll())
                .csrf(csrf -> csrf.disable())
                .formLogin(Customizer.withDefaults())
                .oauth2Login(login -> login.loginPage("/login"))
                .rememberMe(remember ->
                        remember.key("the same on every instance").userDetailsService(users))
                .build();
    }

    @Bean
    UserDetailsService users() {
        return name ->
                switch (name) {
                    case "ada" -> new Member(name, "north", new Address("Rue 1", List.of("a")));
                    case "bob" -> new Account(name, Set.of(Role.READER, Role.WRITER));
                    default -> throw new UsernameNotFoundException(name);
                };
    }

    @Bean
    LocaleResolver localeResolver() {
        return new SessionLocaleResolver();
    }

    record Address(String street, List<String> lines) {}

    /** As most applications do it. */
    static class Member extends User {
        private static final long serialVersionUID = 1;

        private final String tenant;
        private final Address address;

        Member(String name, String tenant, Address address) {
            super(name, HASH, AuthorityUtils.createAuthorityList("ROLE_USER"));
            this.tenant = tenant;
            this.address = address;
        }

        @Override
        public String toString() {
            return tenant + " " + address;
        }
    }

    enum Role implements GrantedAuthority {
        READER,
        WRITER;

        @Override
        public String getAuthority() {
            return "ROLE_" + name();
        }
    }

    /** As the others do it: an entity that is a user, and forgets no password. */
    static class Account implements UserDetails {
        private static final long serialVersionUID = 1;

        private final String login;
        private final @Nullable String passwordHash;
        private final Set<Role> roles;
        private final Collection<? extends GrantedAuthority> more;

        Account(String login, Set<Role> roles) {
            this.login = login;
            this.passwordHash = HASH;
            this.roles = roles;
            this.more = List.of(Role.WRITER);
        }

        @Override
        public Collection<? extends GrantedAuthority> getAuthorities() {
            return roles;
        }

        @Override
        public @Nullable String getPassword() {
            return passwordHash;
        }

        @Override
        public String getUsername() {
            return login;
        }

        @Override
        public String toString() {
            return login + " " + more.stream().map(a -> a.getAuthority()).toList();
        }
    }

    public static class Order {
        private String article = "";
        private int count;

        public String getArticle() {
            return article;
        }

        public void setArticle(String article) {
            this.article = article;
        }

        public int getCount() {
            return count;
        }

        public void setCount(int count) {
            this.count = count;
        }
    }

    /** Refused: it holds what exists in this JVM only. */
    static class Job {
        final String name = "secret-name";
        final Thread worker = new Thread();
    }

    @Controller
    static class Pages {
        @GetMapping("/me")
        @ResponseBody
        String me(Authentication login) {
            return login.getClass().getSimpleName()
                    + " "
                    + login.getName()
                    + " "
                    + login.getAuthorities().stream()
                            .map(GrantedAuthority::getAuthority)
                            .filter(name -> !String.valueOf(name).startsWith("FACTOR"))
                            .sorted()
                            .collect(Collectors.joining(","))
                    + " "
                    + login.getPrincipal();
        }

        @GetMapping("/password")
        @ResponseBody
        String password(Authentication login) {
            return login.getPrincipal() instanceof UserDetails user
                    ? String.valueOf(user.getPassword())
                    : "no user";
        }

        @GetMapping("/client")
        @ResponseBody
        String client(@RegisteredOAuth2AuthorizedClient("stub") OAuth2AuthorizedClient client) {
            return client.getAccessToken().getTokenValue()
                    + " "
                    + client.getAccessToken().getScopes()
                    + " "
                    + client.getClientRegistration().getClientSecret();
        }

        @PostMapping("/order")
        String order(
                @ModelAttribute("order") Order order,
                BindingResult result,
                RedirectAttributes flash) {
            result.rejectValue("article", "unknown", new Object[] {"x", 7}, "no such article");
            result.reject("closed", "the shop is closed");
            flash.addFlashAttribute("order", order);
            flash.addFlashAttribute(BindingResult.MODEL_KEY_PREFIX + "order", result);
            return "redirect:/order";
        }

        @GetMapping("/order")
        @ResponseBody
        String order(Model model) {
            var result =
                    (BindingResult) model.getAttribute(BindingResult.MODEL_KEY_PREFIX + "order");
            if (result == null) {
                return "nothing was wrong";
            }
            return result.getFieldErrorCount()
                    + " "
                    + result.getFieldValue("count")
                    + " "
                    + result.getFieldValue("article")
                    + " "
                    + result.getAllErrors().stream()
                            .map(error -> error.getDefaultMessage())
                            .filter(message -> !String.valueOf(message).startsWith("Failed"))
                            .sorted()
                            .toList()
                    + " "
                    + (result.getTarget() instanceof Order order ? order.getArticle() : "");
        }

        @GetMapping("/language")
        @ResponseBody
        String language(
                @RequestParam(required = false) @Nullable String choose, HttpSession session) {
            if (choose != null) {
                session.setAttribute(
                        SessionLocaleResolver.LOCALE_SESSION_ATTRIBUTE_NAME,
                        Locale.forLanguageTag(choose));
                session.setAttribute(
                        SessionLocaleResolver.TIME_ZONE_SESSION_ATTRIBUTE_NAME,
                        TimeZone.getTimeZone("Asia/Kolkata"));
            }
            return LocaleContextHolder.getLocale().toLanguageTag()
                    + " "
                    + LocaleContextHolder.getTimeZone().getID();
        }

        @GetMapping("/job")
        @ResponseBody
        String job(HttpSession session) {
            session.setAttribute("job", new Job());
            return "kept";
        }

        @PostMapping("/job")
        String flashJob(RedirectAttributes flash) {
            flash.addFlashAttribute("running", new Thread());
            return "redirect:/";
        }

        @PostMapping("/big")
        @ResponseBody
        String big(@RequestParam int kib, HttpSession session) {
            session.setAttribute("big", "x".repeat(kib * 1024));
            return "kept";
        }

        @GetMapping("/big")
        @ResponseBody
        String big(HttpSession session) {
            return session.getAttribute("big") instanceof String text
                    ? Integer.toString(text.length())
                    : "none";
        }
    }
}

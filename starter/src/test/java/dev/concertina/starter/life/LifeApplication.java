package dev.concertina.starter.life;

import jakarta.servlet.ServletContextListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionAttributeListener;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.session.HttpSessionDestroyedEvent;
import org.springframework.security.web.session.HttpSessionEventPublisher;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.annotation.SessionScope;

/** Listens to its sessions in every way there is, and keeps a bean in them. */
@SpringBootApplication
public class LifeApplication {
    /** What all instances heard, in order. */
    static final Queue<String> HEARD = new ConcurrentLinkedQueue<>();

    static List<String> heard(String id) {
        return HEARD.stream()
                .filter(line -> line.endsWith(" " + id))
                .map(line -> line.substring(0, line.length() - id.length() - 1))
                .toList();
    }

    @Bean
    SecurityFilterChain chain(HttpSecurity http) {
        return http.authorizeHttpRequests(requests ->
                        requests.requestMatchers("/me").authenticated().anyRequest().permitAll())
                .csrf(csrf -> csrf.disable())
                .formLogin(Customizer.withDefaults())
                .logout(Customizer.withDefaults())
                .sessionManagement(sessions ->
                        sessions.sessionConcurrency(concurrency ->
                                concurrency.maximumSessions(
                                        user -> user.getName().equals("single") ? 1 : -1)))
                .build();
    }

    @Bean
    UserDetailsService users() {
        return new InMemoryUserDetailsManager(
                user("ada"), user("bob"), user("cy"), user("single"), user("dora"));
    }

    private static org.springframework.security.core.userdetails.UserDetails user(String name) {
        return User.withUsername(name).password("{noop}pw").roles("USER").build();
    }

    @Bean
    HttpSessionEventPublisher publisher() {
        return new HttpSessionEventPublisher();
    }

    @EventListener
    void destroyed(HttpSessionDestroyedEvent event) {
        HEARD.add("published " + event.getId());
    }

    /** As a library registers itself, without a bean. */
    @Bean
    ServletContextInitializer registered() {
        return context -> context.addListener(new Registered());
    }

    static final class Registered implements HttpSessionListener, ServletContextListener {
        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            HEARD.add("registered " + event.getSession().getId());
        }
    }

    @Component
    static class Ear
            implements HttpSessionListener, HttpSessionIdListener, HttpSessionAttributeListener {
        @Override
        public void sessionCreated(HttpSessionEvent event) {
            HEARD.add("created " + event.getSession().getId());
        }

        @Override
        public void sessionDestroyed(HttpSessionEvent event) {
            var session = event.getSession();
            HEARD.add("destroyed with " + session.getAttribute("note") + " " + session.getId());
            throw new IllegalStateException("as listeners do");
        }

        @Override
        public void sessionIdChanged(HttpSessionEvent event, String before) {
            HEARD.add("became " + event.getSession().getId() + " " + before);
        }

        @Override
        public void attributeAdded(HttpSessionBindingEvent event) {
            if (event.getName().equals("note")) {
                HEARD.add("added " + event.getValue() + " " + event.getSession().getId());
            }
        }

        @Override
        public void attributeReplaced(HttpSessionBindingEvent event) {
            if (event.getName().equals("note")) {
                HEARD.add("replaced " + event.getValue() + " " + event.getSession().getId());
            }
        }

        @Override
        public void attributeRemoved(HttpSessionBindingEvent event) {
            if (event.getName().equals("note")) {
                HEARD.add("removed " + event.getValue() + " " + event.getSession().getId());
            }
        }
    }

    @Service
    static class Prices {
        /** What a service holds means nothing in a store. */
        final Thread worker = new Thread();

        int of(int count) {
            return count * 7;
        }
    }

    /** A bean as applications write them: a state, a service, and something to do at the end. */
    @Component
    @SessionScope
    static class Basket implements DisposableBean {
        @Autowired private Prices prices;

        private int count;
        private String id = "";

        int add(String id) {
            this.id = id;
            return prices.of(++count);
        }

        @Override
        public void destroy() {
            HEARD.add("basket of " + count + " " + id);
        }
    }

    @RestController
    static class Pages {
        private final Basket basket;

        Pages(Basket basket) {
            this.basket = basket;
        }

        @GetMapping("/me")
        String me(HttpSession session) {
            return session.getId();
        }

        @GetMapping("/note")
        String note(@RequestParam String text, HttpSession session) {
            session.setAttribute("note", text);
            return session.getId();
        }

        /** As an application says it that has no Spring Security. */
        @GetMapping("/call")
        String call(@RequestParam String me, HttpSession session) {
            session.setAttribute(
                    FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME,
                    me.isEmpty() ? null : me);
            return session.getId();
        }

        @GetMapping("/forget")
        String forget(HttpSession session) {
            session.removeAttribute("note");
            return session.getId();
        }

        @GetMapping("/basket")
        String basket(HttpSession session) {
            return Integer.toString(basket.add(session.getId()));
        }

        @GetMapping("/rotate")
        String rotate(HttpServletRequest request) {
            return request.changeSessionId();
        }

        @GetMapping("/end")
        String end(HttpSession session) {
            session.invalidate();
            return "ended";
        }
    }
}

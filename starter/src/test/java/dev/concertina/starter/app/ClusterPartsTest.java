package dev.concertina.starter.app;

import static dev.concertina.starter.testing.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.preference.Preferences;
import dev.concertina.starter.request.Tenant;
import dev.concertina.starter.testing.TestCluster;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tenants, preferences, limits and sessions in one request on a cluster: each keeps to its own
 * slots. The servers are asked whether anybody ever named a key that was not theirs.
 */
@Tag("real")
class ClusterPartsTest {
    private static final int PEOPLE = 24;
    private static final List<String> TENANTS = List.of("north", "south", "east", "west");

    private static TestCluster cluster;
    private static Instances instances;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Pages.class)
    static class Application {
        @Bean
        SecurityFilterChain chain(HttpSecurity http) {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .build();
        }
    }

    @RestController
    static class Pages {
        private final Preferences preferences;

        Pages(Preferences preferences) {
            this.preferences = preferences;
        }

        @GetMapping("/t/{tenant}/choose")
        String choose(
                Tenant tenant,
                HttpSession session,
                HttpServletRequest request,
                HttpServletResponse response) {
            session.setAttribute("of", tenant.id());
            preferences.set(request, response, "theme", tenant.id());
            return "chosen";
        }

        @GetMapping("/t/{tenant}/chosen")
        String chosen(HttpSession session, HttpServletRequest request) {
            return session.getAttribute("of")
                    + " "
                    + preferences.get(request, "theme").orElse("none");
        }

        @GetMapping("/t/{tenant}/limited")
        String limited() {
            return "in";
        }
    }

    @BeforeAll
    static void start() {
        cluster = TestCluster.shared();
        instances =
                Instances.start(
                        Application.class,
                        2,
                        "--concertina.redis.url=" + cluster.url(),
                        "--concertina.redis.namespace=parts",
                        "--concertina.tenant.from=path",
                        "--concertina.tenant.path=/t/{tenant}/**",
                        "--concertina.preference.paths=/t/*/chosen",
                        "--concertina.limit.rules[0].name=few",
                        "--concertina.limit.rules[0].paths=/t/*/limited",
                        "--concertina.limit.rules[0].rate=5/h",
                        "--concertina.limit.rules[0].key=tenant",
                        "--concertina.limit.rules[1].name=many",
                        "--concertina.limit.rules[1].paths=/t/**",
                        "--concertina.limit.rules[1].rate=100000/h",
                        "--concertina.limit.rules[1].key=user",
                        Instances.KEY);
        await(() -> instances.browser().get("/t/north/chosen").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        instances.close();
    }

    /** Whoever names a key of another slot is told so, and the server counts it. */
    private static List<String> complaints() {
        return IntStream.range(0, 3)
                .boxed()
                .flatMap(i -> cluster.node(i).info("errorstats").lines())
                .filter(line -> line.startsWith("errorstat_"))
                .filter(line -> !line.matches("errorstat_(NOSCRIPT|MOVED|ASK|TRYAGAIN).*"))
                .toList();
    }

    @Test
    void eachPartKeepsToItsSlots() {
        var before = complaints();
        var people = new ArrayList<Browser>();
        for (int i = 0; i < PEOPLE; i++) {
            var browser = instances.browser();
            people.add(browser);
            var tenant = TENANTS.get(i % TENANTS.size());
            assertThat(browser.get("/t/" + tenant + "/choose").body()).isEqualTo("chosen");
        }
        for (int i = 0; i < PEOPLE; i++) {
            var tenant = TENANTS.get(i % TENANTS.size());
            // Each instance once.
            for (int n = 0; n < 2; n++) {
                assertThat(people.get(i).get("/t/" + tenant + "/chosen").body())
                        .isEqualTo(tenant + " " + tenant);
            }
            var other = TENANTS.get((i + 1) % TENANTS.size());
            assertThat(people.get(i).get("/t/" + other + "/chosen").statusCode()).isEqualTo(403);
        }
        for (var tenant : TENANTS) {
            var strangers = instances.browser();
            long passed =
                    IntStream.range(0, 8)
                            .filter(i ->
                                    strangers.get("/t/" + tenant + "/limited").statusCode() == 200)
                            .count();
            assertThat(passed).as(tenant).isEqualTo(5);
        }
        assertThat(complaints()).isEqualTo(before);
    }
}

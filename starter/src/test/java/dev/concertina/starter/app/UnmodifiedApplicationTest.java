package dev.concertina.starter.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.TestRedis;
import io.lettuce.core.RedisClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every request of one user goes to another instance than the one before. */
class UnmodifiedApplicationTest {
    private static Instances instances;

    @BeforeAll
    static void start() {
        instances = Instances.start(3, "--concertina.redis.url=" + TestRedis.url(), Instances.KEY);
    }

    @AfterAll
    static void stop() {
        instances.close();
    }

    private static String csrf(String page) {
        var at = page.indexOf("name=\"_csrf\"");
        var value = page.indexOf("value=\"", at) + 7;
        return page.substring(value, page.indexOf('"', value));
    }

    private static HttpResponse<String> login(Browser browser, String password) {
        var form = browser.get("/login");
        return browser.post(
                "/login",
                Map.of("username", "ada", "password", password, "_csrf", csrf(form.body())));
    }

    private static Browser loggedIn() {
        var browser = instances.browser();
        assertThat(login(browser, "lovelace").statusCode()).isEqualTo(302);
        return browser;
    }

    @Test
    void loginReturnsToTheSavedRequestAndHoldsOnEveryInstance() {
        var browser = instances.browser();
        assertThat(browser.get("/me").headers().firstValue("Location").orElseThrow())
                .contains("/login");
        var before = browser.cookie("CONCERTINA_SESSION");
        var answer = login(browser, "lovelace");
        assertThat(answer.headers().firstValue("Location").orElseThrow()).endsWith("/me?continue");
        assertThat(browser.cookie("CONCERTINA_SESSION")).isNotEqualTo(before);
        for (int i = 0; i < 6; i++) {
            assertThat(browser.get("/me").body()).startsWith("ada ");
        }
    }

    @Test
    void theIdBeforeLoginIsWorthNothingAfterIt() {
        var browser = instances.browser();
        browser.get("/me");
        var before = browser.cookie("CONCERTINA_SESSION");
        login(browser, "lovelace");
        var thief = instances.browser();
        thief.bring("CONCERTINA_SESSION", before);
        assertThat(thief.get("/me").statusCode()).isEqualTo(302);
    }

    @Test
    void aWrongPasswordIsSaidOnTheOtherInstance() {
        var browser = instances.browser();
        assertThat(login(browser, "byron").headers().firstValue("Location").orElseThrow())
                .endsWith("/login?error");
        assertThat(browser.get("/public/failure").body()).isEqualTo("Bad credentials");
        assertThat(browser.get("/public/failure").body()).isEqualTo("Bad credentials");
    }

    @Test
    void changesInPlaceAreKept() {
        var browser = loggedIn();
        var token = browser.get("/token").body();
        browser.post("/cart", Map.of("item", "a", "_csrf", token));
        browser.post("/cart", Map.of("item", "b", "_csrf", token));
        browser.post("/cart", Map.of("item", "c", "_csrf", token));
        for (int i = 0; i < 3; i++) {
            assertThat(browser.get("/cart").body()).isEqualTo("a,b,c");
        }
    }

    @Test
    void aPostWithoutItsTokenIsRefused() {
        var browser = loggedIn();
        assertThat(browser.post("/cart", Map.of("item", "a")).statusCode()).isEqualTo(403);
    }

    @Test
    void flashAttributesArriveOnceOnTheNextInstance() {
        var browser = loggedIn();
        var token = browser.get("/token").body();
        assertThat(browser.post("/say", Map.of("text", "höre", "_csrf", token)).statusCode())
                .isEqualTo(302);
        assertThat(browser.get("/said").body()).isEqualTo("höre");
        assertThat(browser.get("/said").body()).isEqualTo("null");
    }

    @Test
    void sessionAttributesOfAControllerLiveUntilItIsDone() {
        var browser = loggedIn();
        var token = browser.get("/token").body();
        browser.post("/draft/new", Map.of("_csrf", token));
        browser.post("/draft", Map.of("title", "On engines", "_csrf", token));
        assertThat(browser.get("/draft").body()).isEqualTo("On engines");
        browser.post("/draft/done", Map.of("_csrf", token));
        assertThat(browser.get("/draft").body()).isEmpty();
    }

    @Test
    void logoutHoldsOnEveryInstance() {
        var browser = loggedIn();
        var token = browser.get("/token").body();
        var cookie = browser.cookie("CONCERTINA_SESSION");
        browser.post("/logout", Map.of("_csrf", token));
        browser.bring("CONCERTINA_SESSION", cookie);
        for (int i = 0; i < 3; i++) {
            assertThat(browser.get("/me").statusCode()).isEqualTo(302);
        }
    }

    @Test
    void theCookieIsHttpOnlyLaxAndLivesThirtyDays() {
        var cookie =
                instances
                        .browser()
                        .get("/public/count")
                        .headers()
                        .firstValue("Set-Cookie")
                        .orElseThrow();
        assertThat(cookie)
                .startsWith("CONCERTINA_SESSION=")
                .contains("Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=2592000")
                .doesNotContain("Domain", "Secure");
    }

    @Test
    void aValueWithoutAFormOutsideTheJvmIsRefusedByName() {
        assertThat(instances.browser().get("/public/thread").statusCode()).isEqualTo(500);
    }

    @Test
    void aCopyOfRedisHoldsNoIdAndNoContent() {
        var browser = loggedIn();
        var token = browser.get("/token").body();
        browser.post("/cart", Map.of("item", "plaintext-item", "_csrf", token));
        var client = RedisClient.create(TestRedis.url());
        try (var connection = client.connect()) {
            var redis = connection.sync();
            var cookie = browser.cookie("CONCERTINA_SESSION");
            var fields = new ArrayList<String>();
            for (var key : redis.keys("*:s:{*")) {
                assertThat(key).doesNotContain(cookie.substring(5));
                assertThat(redis.type(key)).isEqualTo("hash");
                var hash = redis.hgetall(key);
                fields.addAll(hash.keySet());
                // No short words: chance writes those too.
                assertThat(hash.toString())
                        .doesNotContain("plaintext-item", "ROLE_USER", cookie.substring(5), token);
            }
            assertThat(fields).contains(":cart", ":SPRING_SECURITY_CONTEXT");
        } finally {
            client.shutdown();
        }
    }
}

package dev.concertina.starter.everyday;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.concertina.starter.app.Browser;
import dev.concertina.starter.app.Instances;
import dev.concertina.starter.testing.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Every request of one user goes to another instance than the one before. */
@ExtendWith(OutputCaptureExtension.class)
class EverydayApplicationTest {
    private static HttpServer other;
    private static Instances instances;

    @BeforeAll
    static void start() throws IOException {
        other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(
                "/token",
                """
                {"access_token": "token-of-stub", "token_type": "Bearer", "expires_in": 3600,
                 "refresh_token": "refresh-of-stub", "scope": "read write"}
                """);
        answer("/user", "{\"login\": \"cy\", \"id\": 7, \"groups\": [\"a\", \"b\"]}");
        other.start();
        var at = "http://127.0.0.1:" + other.getAddress().getPort();
        var client = "--spring.security.oauth2.client.";
        instances =
                Instances.start(
                        EverydayApplication.class,
                        2,
                        "--concertina.redis.url=" + TestRedis.url(),
                        "--concertina.redis.namespace=everyday",
                        // So that a dump shows what is kept.
                        "--concertina.session.encryption=off",
                        client + "registration.stub.client-id=us",
                        client + "registration.stub.client-secret=our-secret",
                        client + "registration.stub.authorization-grant-type=authorization_code",
                        client + "registration.stub.scope=read,write",
                        client
                                + "registration.stub.redirect-uri="
                                + "http://localhost/login/oauth2/code/stub",
                        client + "provider.stub.authorization-uri=" + at + "/authorize",
                        client + "provider.stub.token-uri=" + at + "/token",
                        client + "provider.stub.user-info-uri=" + at + "/user",
                        client + "provider.stub.user-name-attribute=login");
    }

    private static void answer(String path, String json) {
        other.createContext(
                path,
                exchange -> {
                    var bytes = json.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
    }

    @AfterAll
    static void stop() {
        instances.close();
        other.stop(0);
        // Others look at all of Redis, and expect it to be encrypted.
        redis(redis -> redis.keys("everyday:*").forEach(redis::del));
    }

    private static void redis(Consumer<RedisCommands<String, String>> what) {
        var client = RedisClient.create(TestRedis.url());
        try (var connection = client.connect()) {
            what.accept(connection.sync());
        } finally {
            client.shutdown();
        }
    }

    private static Browser login(String name, String... more) {
        var browser = instances.browser();
        var form = new java.util.HashMap<String, String>();
        form.put("username", name);
        form.put("password", "never-to-be-kept");
        for (int i = 0; i < more.length; i += 2) {
            form.put(more[i], more[i + 1]);
        }
        var answer = browser.post("/login", form);
        assertThat(answer.headers().firstValue("Location").orElseThrow()).doesNotContain("error");
        return browser;
    }

    private static String dump() {
        var all = new StringBuilder();
        redis(redis -> redis.keys("everyday:s:*").forEach(key -> all.append(redis.hgetall(key))));
        return all.toString();
    }

    @Test
    void aUserClassThatExtendsSpringsKeepsItsFields() {
        var browser = login("ada");
        for (int i = 0; i < 3; i++) {
            assertThat(browser.get("/me").body())
                    .isEqualTo(
                            "UsernamePasswordAuthenticationToken ada ROLE_USER north"
                                    + " Address[street=Rue 1, lines=[a]]");
        }
        assertThat(browser.get("/password").body()).isEqualTo("null");
    }

    @Test
    void aUserClassOfItsOwnKeepsItsFieldsButNotItsPassword() {
        var browser = login("bob");
        for (int i = 0; i < 3; i++) {
            assertThat(browser.get("/me").body())
                    .isEqualTo(
                            "UsernamePasswordAuthenticationToken bob ROLE_READER,ROLE_WRITER"
                                    + " bob [ROLE_WRITER]");
        }
        assertThat(browser.get("/password").body()).isEqualTo("null");
        assertThat(dump()).contains("ROLE_WRITER").doesNotContain("never-to-be-kept");
    }

    @Test
    void whoIsRememberedIsKnownOnEveryInstance() {
        var browser = login("ada", "remember-me", "on");
        browser.drop("CONCERTINA_SESSION");
        assertThat(browser.cookie("CONCERTINA_SESSION")).isEmpty();
        for (int i = 0; i < 3; i++) {
            assertThat(browser.get("/me").body())
                    .startsWith("RememberMeAuthenticationToken ada ROLE_USER north");
        }
    }

    @Test
    void aLoginAtAnotherServerBeginsAtOneInstanceAndEndsAtTheNext() {
        var browser = instances.browser();
        var away = browser.get("/oauth2/authorization/stub");
        var query = URI.create(away.headers().firstValue("Location").orElseThrow()).getRawQuery();
        var state =
                Arrays.stream(query.split("&"))
                        .filter(part -> part.startsWith("state="))
                        .findFirst()
                        .orElseThrow();
        var back = browser.get("/login/oauth2/code/stub?code=abc&" + state);
        assertThat(back.headers().firstValue("Location").orElseThrow()).doesNotContain("error");
        for (int i = 0; i < 3; i++) {
            assertThat(browser.get("/me").body())
                    .startsWith("OAuth2AuthenticationToken cy OAUTH2_USER,SCOPE_read,SCOPE_write");
            assertThat(browser.get("/client").body())
                    .isEqualTo("token-of-stub [read, write] our-secret");
            browser.get("/language");
        }
        assertThat(dump()).contains("token-of-stub").doesNotContain("our-secret");
    }

    @Test
    void aFormWithErrorsIsShownAgainByTheNextInstance() {
        var browser = instances.browser();
        assertThat(browser.post("/order", Map.of("article", "lamp", "count", "many")).statusCode())
                .isEqualTo(302);
        assertThat(browser.get("/order").body())
                .isEqualTo("2 many lamp [no such article, the shop is closed] lamp");
        assertThat(browser.get("/order").body()).isEqualTo("nothing was wrong");
    }

    @Test
    void aChosenLanguageAndTimeZoneHoldEverywhere() {
        var browser = instances.browser();
        browser.get("/language?choose=pt-BR");
        for (int i = 0; i < 3; i++) {
            assertThat(browser.get("/language").body()).isEqualTo("pt-BR Asia/Kolkata");
        }
    }

    @Test
    void whatCannotBeKeptIsRefusedByNameAndWithoutItsContent(CapturedOutput log) {
        assertThat(instances.browser().get("/job").statusCode()).isEqualTo(500);
        assertThat(log.getAll())
                .contains("Session attribute 'job' cannot be kept")
                .contains("EverydayApplication$Job can be written as JSON but not read back")
                .contains("[\"worker\"]")
                .contains("make it transient")
                .doesNotContain("secret-name");
        assertThat(instances.browser().post("/job", Map.of()).statusCode()).isEqualTo(500);
        assertThat(log.getAll()).contains("flash attribute 'running': A java.lang.Thread");
    }

    @Test
    void anAttributeMayBeLargeButNotHuge(CapturedOutput log) {
        var browser = instances.browser();
        assertThat(browser.post("/big", Map.of("kib", "64")).body()).isEqualTo("kept");
        assertThat(browser.get("/big").body()).isEqualTo(Integer.toString(64 * 1024));
        assertThat(browser.get("/big").body()).isEqualTo(Integer.toString(64 * 1024));
        assertThat(browser.post("/big", Map.of("kib", "1024")).statusCode()).isEqualTo(500);
        assertThat(log.getAll())
                .contains("Session attribute 'big' takes 1048578 bytes")
                .contains("concertina.session.attribute-max is 1048576B")
                .doesNotContain("xxxxxxxx");
        assertThat(browser.get("/big").body()).isEqualTo(Integer.toString(64 * 1024));
    }
}

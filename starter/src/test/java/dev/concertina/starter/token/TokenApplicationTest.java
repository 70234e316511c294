package dev.concertina.starter.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.TestRedis;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokens over real HTTP: two instances, one Redis. */
@ExtendWith(OutputCaptureExtension.class)
class TokenApplicationTest {
    private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final List<ConfigurableApplicationContext> instances = new ArrayList<>();
    private static CountingRelay relay;
    private static int next;

    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    @BeforeAll
    static void start() throws Exception {
        relay = new CountingRelay(TestRedis.port());
        for (int i = 0; i < 2; i++) {
            instances.add(run());
        }
        var test = new TokenApplicationTest();
        for (int i = 0; i < 2; i++) {
            test.me(test.login().path("access").asString());
            test.get("/count", "");
        }
    }

    private static ConfigurableApplicationContext run() {
        return new SpringApplicationBuilder(TokenApplication.class)
                .run(
                        "--server.port=0",
                        "--spring.main.banner-mode=off",
                        "--concertina.redis.url=" + relay.url(),
                        "--concertina.redis.timeout=20s",
                        "--concertina.redis.namespace=token-app",
                        "--concertina.instance.drain-delay=0s",
                        "--concertina.session.keys=" + KEY,
                        "--concertina.limit.rules[0].name=reads",
                        "--concertina.limit.rules[0].paths=/read",
                        "--concertina.limit.rules[0].rate=10000/s",
                        "--concertina.limit.rules[0].key=user",
                        "--concertina.token.issuer=https://registry.test",
                        "--concertina.token.endpoints=true",
                        "--concertina.token.keys[0].value=" + KEY,
                        "--concertina.token.secrets=" + KEY);
    }

    @AfterAll
    static void stop() throws Exception {
        instances.forEach(ConfigurableApplicationContext::close);
        relay.close();
    }

    private static synchronized URI uri(String path) {
        var instance = instances.get(next++ % instances.size());
        var port = instance.getEnvironment().getRequiredProperty("local.server.port");
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String access) {
        if (!access.isEmpty()) {
            request.header("Authorization", "Bearer " + access);
        }
        try {
            return client.send(
                    request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> get(String path, String access) {
        return send(HttpRequest.newBuilder(uri(path)).GET(), access);
    }

    private HttpResponse<String> post(String path, String access, String form) {
        return send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form)),
                access);
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    private JsonNode login() {
        return json(post("/login", "", ""));
    }

    private int me(String access) {
        return get("/me", access).statusCode();
    }

    private HttpResponse<String> refresh(String token) {
        return post("/token/refresh", "", "refresh_token=" + token);
    }

    @Test
    void everyInstanceKnowsTheUser() {
        var access = login().path("access").asString();
        for (int i = 0; i < 2; i++) {
            assertThat(get("/me", access).body())
                    .startsWith("ada")
                    .contains("ROLE_USER")
                    .endsWith("north");
            assertThat(get("/admin", access).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void aRequestWithTokenLimitAndSessionIsOneCommand() {
        var access = login().path("access").asString();
        get("/count", "");
        relay.take();
        for (int i = 0; i < 10; i++) {
            assertThat(get("/read", access).body()).isEqualTo("1");
        }
        assertThat(relay.take()).hasSize(10).containsOnly("EVALSHA");
    }

    @Test
    void aBadTokenIsNoCommandAndNoLogLine(CapturedOutput output) {
        relay.take();
        var access = login().path("access").asString();
        assertThat(relay.take()).hasSize(1);
        var bad = access.substring(0, access.length() - 4) + "AAAA";
        var answer = get("/me", bad);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                .startsWith("Bearer error=\"invalid_token\"")
                .doesNotContain(bad);
        assertThat(relay.take()).isEmpty();
        assertThat(output).doesNotContain(bad).doesNotContain(access);
    }

    @Test
    void noTokenIsAskedForOne() {
        var answer = get("/me", "");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
    }

    @Test
    void aRevokedTokenIsRefusedByEveryInstance() {
        var access = login().path("access").asString();
        var other = login().path("access").asString();
        assertThat(me(access)).isEqualTo(200);
        assertThat(post("/logout-here", access, "").statusCode()).isEqualTo(200);
        for (int i = 0; i < 2; i++) {
            var answer = get("/me", access);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                    .contains("invalid_token");
            assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
            assertThat(me(other)).isEqualTo(200);
        }
    }

    @Test
    void allOfAUsersTokensAreRevokedAtOnce() {
        var one = login();
        var two = login();
        post("/logout-everywhere", one.path("access").asString(), "");
        for (var pair : List.of(one, two)) {
            assertThat(me(pair.path("access").asString())).isEqualTo(401);
            assertThat(refresh(pair.path("refresh").asString()).statusCode()).isEqualTo(401);
        }
        assertThat(me(login().path("access").asString())).isEqualTo(200);
    }

    @Test
    void aRefreshBringsANewPair() {
        var first = login();
        var answer = refresh(first.path("refresh").asString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        var second = json(answer);
        assertThat(second.path("token_type").asString()).isEqualTo("Bearer");
        assertThat(second.path("expires_in").asInt()).isBetween(800, 900);
        var access = second.path("access_token").asString();
        assertThat(get("/me", access).body()).startsWith("ada").endsWith("north");
        assertThat(second.path("refresh_token").asString())
                .isNotEqualTo(first.path("refresh").asString());
    }

    @Test
    void refreshesAtOnceGetOneSuccessor() throws Exception {
        var token = login().path("refresh").asString();
        for (int round = 0; round < (Boolean.getBoolean("soak") ? 200 : 3); round++) {
            var asked = token;
            Callable<String> call = () -> json(refresh(asked)).path("refresh_token").asString();
            var successors = new HashSet<String>();
            try (var threads = Executors.newFixedThreadPool(16)) {
                for (var future : threads.invokeAll(java.util.Collections.nCopies(64, call))) {
                    successors.add(future.get());
                }
            }
            assertThat(successors).hasSize(1);
            token = successors.iterator().next();
        }
    }

    @Test
    void anOldTokenEndsTheLogin() {
        var login = login();
        var first = login.path("refresh").asString();
        var second = json(refresh(first)).path("refresh_token").asString();
        var third = json(refresh(second));
        assertThat(refresh(first).statusCode()).isEqualTo(401);
        assertThat(refresh(third.path("refresh_token").asString()).statusCode()).isEqualTo(401);
        assertThat(me(third.path("access_token").asString())).isEqualTo(401);
        assertThat(me(login.path("access").asString())).isEqualTo(401);
    }

    @Test
    void aRefreshTokenCannotBeMadeUp() {
        var token = login().path("refresh").asString();
        relay.take();
        var parts = token.split("\\.");
        var guesses =
                List.of(
                        parts[0] + '.' + parts[1] + ".2." + parts[3],
                        token.substring(0, token.length() - 2) + "AA",
                        token + 'x',
                        "x",
                        "%00",
                        "a".repeat(5000));
        for (var guess : guesses) {
            var answer = refresh(guess);
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValue("application/problem+json");
        }
        assertThat(relay.take()).isEmpty();
        assertThat(post("/token/refresh", "", "").statusCode()).isEqualTo(400);
        assertThat(get("/token/refresh", "").statusCode()).isEqualTo(405);
        // In an address it would stand in every log.
        assertThat(post("/token/refresh?refresh_token=" + token, "", "").statusCode())
                .isEqualTo(400);
        assertThat(refresh(token).statusCode()).isEqualTo(200);
    }

    @Test
    void aRevokedLoginIsOver() {
        var login = login();
        var token = login.path("refresh").asString();
        assertThat(post("/token/revoke", "", "token=" + token).statusCode()).isEqualTo(200);
        assertThat(post("/token/revoke", "", "token=unknown").statusCode()).isEqualTo(200);
        assertThat(refresh(token).statusCode()).isEqualTo(401);
        assertThat(me(login.path("access").asString())).isEqualTo(401);
    }

    @Test
    void thePublicKeysAreThere() {
        var answer = get("/.well-known/jwks.json", "");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("keys").size()).isOne();
        assertThat(answer.body()).contains("Ed25519").doesNotContain("\"d\"");
    }

    @Test
    void nothingInADumpIsUsable() {
        var login = login();
        var secret = login.path("refresh").asString().split("\\.")[1];
        var client = io.lettuce.core.RedisClient.create(TestRedis.url());
        try (var connection = client.connect()) {
            var commands = connection.sync();
            var seen = 0;
            for (var key : commands.keys("token-app:t:*")) {
                assertThat(key).doesNotContain(secret);
                for (var field : commands.hgetall(key).entrySet()) {
                    assertThat(field.getValue()).doesNotContain(secret).doesNotContain("ada@");
                    seen++;
                }
            }
            assertThat(seen).isPositive();
        } finally {
            client.shutdown();
        }
    }
}

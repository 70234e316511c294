package dev.concertina.starter.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.testing.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Everything that is wrong about a request, row by row, sent to real instances: a clear answer, and
 * nothing of what was sent in answer or log.
 */
@ExtendWith(OutputCaptureExtension.class)
@SuppressWarnings("JavaUtilDate") // Nimbus' own
class BadInputTest {
    private static final String OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
    private static final String TEXT = "a-text-nobody-should-see";
    private static final List<ConfigurableApplicationContext> instances = new ArrayList<>();
    private static final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start() {
        instances.add(instance(Tampered.KEY));
        instances.add(instance(Tampered.KEY));
        // The third was given another session key by mistake, and could not see that it is one.
        redis(commands -> commands.del("bad-input:k:sealing"));
        instances.add(instance(OTHER_KEY));
        redis(commands -> commands.del("bad-input:k:sealing"));
    }

    private static void redis(Consumer<RedisCommands<String, String>> commands) {
        var client = RedisClient.create(TestRedis.url());
        try (var connection = client.connect()) {
            commands.accept(connection.sync());
        } finally {
            client.shutdown();
        }
    }

    private static ConfigurableApplicationContext instance(String sessionKey) {
        return new SpringApplicationBuilder(BadInputApplication.class)
                .run(
                        "--server.port=0",
                        "--spring.main.banner-mode=off",
                        "--concertina.redis.url=" + TestRedis.url(),
                        "--concertina.redis.timeout=20s",
                        "--concertina.redis.connect-timeout=20s",
                        "--concertina.redis.namespace=bad-input",
                        "--concertina.instance.drain-delay=0s",
                        "--concertina.session.keys=" + sessionKey,
                        "--concertina.token.issuer=" + Tampered.ISSUER,
                        "--concertina.token.keys[0].id=" + Tampered.KEY_ID,
                        "--concertina.token.keys[0].algorithm=hs256",
                        "--concertina.token.keys[0].value=" + Tampered.KEY,
                        "--concertina.token.secrets=" + Tampered.KEY,
                        "--concertina.token.endpoints=true");
    }

    @AfterAll
    static void stop() {
        instances.forEach(ConfigurableApplicationContext::close);
    }

    private static HttpResponse<String> send(
            int instance, String method, String path, Map<String, String> fields) {
        var port =
                instances.get(instance).getEnvironment().getRequiredProperty("local.server.port");
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(30))
                        .method(method, BodyPublishers.noBody());
        fields.forEach(request::header);
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> withCookie(String value) {
        return send(0, "GET", "/kept", Map.of("Cookie", "CONCERTINA_SESSION=" + value));
    }

    private static HttpResponse<String> withToken(String token) {
        return send(0, "GET", "/closed", Map.of("Authorization", "Bearer " + token));
    }

    private static String session(int size) {
        var answer = send(0, "POST", "/keep?size=" + size + "&text=" + TEXT, Map.of());
        assertThat(answer.statusCode()).isEqualTo(200);
        var field = answer.headers().firstValue("Set-Cookie").orElseThrow();
        return field.substring(field.indexOf('=') + 1, field.indexOf(';'));
    }

    /**
     * @param sent what must not come back and not be logged; empty text for nothing
     * @param said part of the answer's body or of its WWW-Authenticate
     */
    private record Row(
            String name,
            String sent,
            Supplier<HttpResponse<String>> request,
            int status,
            String said) {
        static Row cookie(String name, String value) {
            return new Row(name, value, () -> withCookie(value), 200, "no session");
        }

        static Row token(String name, String token) {
            return new Row(name, token, () -> withToken(token), 401, "invalid_token");
        }
    }

    private static List<Row> rows() {
        var known = session(48);
        var long64 = session(65_536);
        var good = Tampered.good();
        var parts = good.split("\\.");
        return List.of(
                Row.cookie("a cookie of another form", "abcd.{evil}*xxxxxxxxxx"),
                Row.cookie("a cookie of another alphabet", "abcd." + "%00".repeat(15)),
                Row.cookie("a cookie cut short", known.substring(0, 30)),
                Row.cookie("a cookie of 4 KiB", "a".repeat(4_096)),
                Row.cookie("an id nobody was given", known.substring(0, 6) + flipped(known)),
                new Row(
                        "two cookies, the first malformed",
                        known,
                        () ->
                                send(
                                        0,
                                        "GET",
                                        "/kept",
                                        Map.of(
                                                "Cookie",
                                                "CONCERTINA_SESSION=*; CONCERTINA_SESSION="
                                                        + known)),
                        200,
                        "48"),
                new Row(
                        "an attribute of 64 KiB, read elsewhere",
                        long64,
                        () ->
                                send(
                                        1,
                                        "GET",
                                        "/kept",
                                        Map.of("Cookie", "CONCERTINA_SESSION=" + long64)),
                        200,
                        "65520"),
                new Row(
                        "a value without a form outside the JVM",
                        "a-secret-name",
                        () -> send(0, "POST", "/thread", Map.of()),
                        500,
                        ""),
                new Row(
                        "a session sealed with a key this instance does not have",
                        known,
                        () ->
                                send(
                                        2,
                                        "GET",
                                        "/kept",
                                        Map.of("Cookie", "CONCERTINA_SESSION=" + known)),
                        500,
                        ""),
                Row.token("no token at all", "nothing-like-a-token"),
                Row.token("a token without a signature (alg: none)", Tampered.unsigned()),
                Row.token("a token of 20 KB", good + "x".repeat(6_000)),
                Row.token(
                        "an expired token",
                        Tampered.token(claims ->
                                claims.expirationTime(Date.from(Instant.now().minusSeconds(60))))),
                Row.token(
                        "another issuer's token",
                        Tampered.token(claims -> claims.issuer("https://other.test"))),
                Row.token(
                        "a token for another audience",
                        Tampered.token(claims -> claims.audience("https://other.test"))),
                Row.token(
                        "a token signed with a wrong key",
                        Tampered.token(Tampered.KEY_ID, OTHER_KEY, claims -> claims)),
                Row.token(
                        "a token signed with an unknown key",
                        Tampered.token("two", Tampered.KEY, claims -> claims)),
                Row.token(
                        "a token that cannot be revoked",
                        Tampered.token(claims -> claims.jwtID(null))),
                Row.token("an altered token", parts[0] + '.' + altered(parts[1]) + '.' + parts[2]),
                new Row(
                        "a token by a clock 25 s ahead, within the skew",
                        "",
                        () -> withToken(Tampered.byClockAhead(Duration.ofSeconds(25))),
                        200,
                        "closed"),
                Row.token(
                        "a token by a clock 3 minutes ahead",
                        Tampered.byClockAhead(Duration.ofMinutes(3))),
                new Row(
                        "a token by a clock 3 minutes behind",
                        "",
                        () -> withToken(Tampered.byClockAhead(Duration.ofMinutes(-3))),
                        200,
                        "closed"),
                Row.token(
                        "a token by a clock 16 minutes behind",
                        Tampered.byClockAhead(Duration.ofMinutes(-16))),
                new Row(
                        "a refresh token in the address",
                        "",
                        () -> send(0, "POST", "/token/refresh?refresh_token=x", Map.of()),
                        400,
                        "refresh_token"),
                new Row(
                        "a refresh without a token",
                        "",
                        () -> send(0, "POST", "/token/refresh", Map.of()),
                        400,
                        "refresh_token"));
    }

    private static String flipped(String id) {
        var rest = new StringBuilder(id.substring(6));
        rest.setCharAt(0, rest.charAt(0) == 'A' ? 'B' : 'A');
        return rest.toString();
    }

    private static String altered(String part) {
        var text = new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        text.replace("\"ada\"", "\"eve\"").getBytes(StandardCharsets.UTF_8));
    }

    @TestFactory
    Stream<DynamicTest> everyRowHasAClearAnswer(CapturedOutput output) {
        return rows().stream()
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> assertClear(row, output)));
    }

    private static void assertClear(Row row, CapturedOutput output) {
        int before = output.getAll().length();
        var answer = row.request().get();
        assertThat(answer.statusCode()).isEqualTo(row.status());
        var said = answer.body() + answer.headers().map();
        assertThat(said).contains(row.said()).doesNotContain("\tat ", TEXT);
        var logged = output.getAll().substring(before);
        assertThat(logged).doesNotContain(TEXT, Tampered.KEY, OTHER_KEY);
        if (!row.sent().isEmpty()) {
            assertThat(said).doesNotContain(row.sent());
            assertThat(logged).doesNotContain(row.sent());
        }
    }

    @Test
    void theLogNamesTheAttributeTheClassAndTheNextMove(CapturedOutput output) {
        send(0, "POST", "/thread", Map.of());
        assertThat(output.getAll())
                .contains("Session attribute 'worker' cannot be kept", "java.lang.Thread")
                .contains("concertina.codec.packages");
    }

    @Test
    void theLogNamesTheSettingOfAMissingKey(CapturedOutput output) {
        send(2, "GET", "/kept", Map.of("Cookie", "CONCERTINA_SESSION=" + session(48)));
        assertThat(output.getAll())
                .containsPattern("'session [^']*' cannot be opened")
                .contains("concertina.session.keys");
    }

    @Test
    void aStartWithTheWrongKeyEndsAndNamesTheSetting(CapturedOutput output) {
        session(48);
        redis(commands -> commands.zadd("bad-input:k:sealing", 1e15, "12345"));
        try {
            assertThatThrownBy(() -> instance(OTHER_KEY)).isInstanceOf(Exception.class);
        } finally {
            redis(commands -> commands.zrem("bad-input:k:sealing", "12345"));
        }
        assertThat(output.getAll())
                .contains("sealed with a key that is not in concertina.session.keys (id 00003039")
                .contains("concertina.session.unknown-key=ignore")
                .doesNotContain(Tampered.KEY, OTHER_KEY);
    }
}

package dev.concertina.starter.secrecy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.TestRedis;
import dev.concertina.starter.testing.Visitor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import redis.embedded.RedisServer;
import tools.jackson.databind.json.JsonMapper;

/** A Redis of its own, copied and tampered with after everything the starter keeps was kept. */
class DumpTest {
    private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String LOGIN = ":SPRING_SECURITY_CONTEXT";
    private static int versions = 1_000;
    private static RedisServer server;
    private static RedisClient client;
    private static RedisCommands<byte[], byte[]> redis;
    private static ConfigurableApplicationContext instance;

    @BeforeAll
    static void start() throws Exception {
        int port = TestRedis.freePort();
        server = TestRedis.server(port);
        server.start();
        client = RedisClient.create("redis://127.0.0.1:" + port);
        redis = client.connect(ByteArrayCodec.INSTANCE).sync();
        instance =
                new SpringApplicationBuilder(SecrecyApplication.class)
                        .run(
                                "--server.port=0",
                                "--spring.main.banner-mode=off",
                                "--concertina.redis.url=redis://127.0.0.1:" + port,
                                "--concertina.redis.timeout=20s",
                                "--concertina.redis.connect-timeout=20s",
                                "--concertina.redis.namespace=dump",
                                "--concertina.instance.drain-delay=0s",
                                "--concertina.session.keys=" + KEY,
                                "--concertina.limit.strict.enabled=false",
                                "--concertina.limit.rules[0].name=user",
                                "--concertina.limit.rules[0].paths=/**",
                                "--concertina.limit.rules[0].rate=1000/h",
                                "--concertina.limit.rules[0].key=user",
                                "--concertina.limit.rules[1].name=address",
                                "--concertina.limit.rules[1].paths=/**",
                                "--concertina.limit.rules[1].rate=10000/h",
                                "--concertina.token.issuer=https://dump.test",
                                "--concertina.token.endpoints=true",
                                "--concertina.token.keys[0].value=" + KEY,
                                "--concertina.token.secrets=" + KEY);
    }

    @AfterAll
    static void stop() throws Exception {
        instance.close();
        client.shutdown();
        server.stop();
    }

    private static Visitor visitor() {
        return new Visitor(() ->
                Integer.parseInt(
                        instance.getEnvironment().getRequiredProperty("local.server.port")));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static List<String> pair(String json, String access, String refresh) {
        var tree = JsonMapper.shared().readTree(json);
        return List.of(tree.path(access).asString(), tree.path(refresh).asString());
    }

    /**
     * @return what nobody else may know
     */
    private static List<String> traffic() {
        var secrets = new ArrayList<>(List.of(KEY, Visitor.PASSWORD));
        for (int i = 0; i < 6; i++) {
            var name = "somebody-named-" + i;
            var visitor = visitor();
            visitor.post("/keep", Map.of("name", "cart", "value", "wishes-of-stranger-" + i));
            visitor.login(name);
            visitor.post("/keep", Map.of("name", "cart", "value", "wishes-of-" + name));
            visitor.get("/kept?name=cart");
            var first = pair(visitor.post("/tokens", Map.of()).body(), "access", "refresh");
            var again = visitor.post("/token/refresh", Map.of("refresh_token", first.get(1)));
            var second = pair(again.body(), "access_token", "refresh_token");
            visitor.post("/token/revoke", Map.of("token", first.get(0)));
            secrets.addAll(List.of(name, "wishes-of-" + name, "wishes-of-stranger-" + i));
            secrets.addAll(List.of(name + ".mail@secret.test", "ROLE-" + name, "tenant-" + name));
            secrets.addAll(visitor.seen());
            secrets.addAll(first);
            secrets.addAll(second);
            // The random halves, which are what is worth something.
            visitor.seen().stream()
                    .filter(value -> value.matches("[^.]{4}\\..{43}"))
                    .forEach(id -> secrets.add(id.substring(5)));
            secrets.add(second.get(1).split("\\.")[1]);
            secrets.add(second.get(1).split("\\.")[3]);
        }
        secrets.removeIf(String::isEmpty);
        assertThat(secrets).hasSizeGreaterThan(60).allMatch(secret -> secret.length() >= 8);
        return secrets;
    }

    @Test
    void aCopyHoldsNothingInAnyForm(@TempDir Path folder) throws Exception {
        var secrets = traffic();
        var copy = Haystack.of(redis, folder);
        assertThat(copy.keys()).hasSizeGreaterThan(12);
        assertThat(copy.size()).isGreaterThan(10_000);
        for (var secret : secrets) {
            assertThat(copy.form(secret)).as(secret).isEmpty();
        }
        // What the search would find if it were there.
        var secret = bytes("x" + secrets.get(2) + "y");
        for (var text :
                List.of(
                        text(secret),
                        HexFormat.of().formatHex(secret),
                        Base64.getEncoder().encodeToString(secret))) {
            redis.set(bytes("planted"), bytes(text));
            assertThat(Haystack.of(redis, folder).form(secrets.get(2))).as(text).isPresent();
        }
        redis.del(bytes("planted"));
    }

    @Test
    void nothingInACopyOpensASession(@TempDir Path folder) throws Exception {
        traffic();
        for (var key : Haystack.of(redis, folder).keys()) {
            var thief = visitor();
            // The name of a session without braces has the form of an id.
            var guess = key.substring(key.lastIndexOf('{') + 1).replace("}:", ".");
            thief.bring("CONCERTINA_SESSION", guess);
            assertThat(thief.get("/me").body()).isEqualTo("nobody ");
        }
    }

    private static String sessionOf(Visitor visitor) {
        var known = redis.keys("dump:s:*");
        visitor.login("somebody-else");
        visitor.post("/keep", Map.of("name", "cart", "value", "a-wish-to-alter"));
        visitor.post("/keep", Map.of("name", "list", "value", "another-wish"));
        var before = known.stream().map(DumpTest::text).collect(Collectors.toSet());
        return redis.keys("dump:s:*").stream()
                .map(DumpTest::text)
                .filter(key -> key.contains("}:") && !before.contains(key))
                .filter(key -> redis.hexists(bytes(key), bytes(":cart")))
                .findFirst()
                .orElseThrow();
    }

    // Under another version, because an instance does not look at what it knows already.
    private static void put(String key, String field, byte[] value) {
        var version = ++versions + ":x";
        redis.hset(bytes(key), bytes(field), value);
        redis.hset(bytes(key), bytes("~v"), bytes(version));
    }

    private static byte[] flipped(byte[] whole, int at) {
        var flipped = whole.clone();
        flipped[at] ^= 1;
        return flipped;
    }

    @Test
    void everyAlteredByteOfAnAttributeIsNoticed() {
        var visitor = visitor();
        var key = sessionOf(visitor);
        var whole = redis.hget(bytes(key), bytes(":cart"));
        assertThat(visitor.get("/kept?name=cart").body()).isEqualTo("a-wish-to-alter");
        for (int i = 0; i < whole.length; i++) {
            put(key, ":cart", flipped(whole, i));
            var answer = visitor.get("/kept?name=cart");
            assertThat(answer.statusCode()).as("byte %s", i).isEqualTo(500);
            assertThat(answer.body()).doesNotContain("wish");
        }
        put(key, ":cart", whole);
        assertThat(visitor.get("/kept?name=cart").body()).isEqualTo("a-wish-to-alter");
    }

    // Spring's error page asks for the login too, so there may be no answer at all.
    private static String answer(Visitor visitor, String path) {
        try {
            return visitor.get(path).body();
        } catch (IllegalStateException cut) {
            return "";
        }
    }

    @Test
    void whatStoodElsewhereDoesNotOpen() {
        var visitor = visitor();
        var key = sessionOf(visitor);
        var other = sessionOf(visitor());
        put(key, ":cart", redis.hget(bytes(key), bytes(":list")));
        assertThat(visitor.get("/kept?name=cart").statusCode()).isEqualTo(500);
        put(key, ":cart", redis.hget(bytes(other), bytes(":cart")));
        assertThat(visitor.get("/kept?name=cart").statusCode()).isEqualTo(500);
        // Another's login, in a session that is one's own.
        put(key, LOGIN, redis.hget(bytes(other), bytes(LOGIN)));
        assertThat(answer(visitor, "/me")).doesNotContain("somebody");
    }

    @Test
    void aWholeSessionUnderAnIdOfOnesOwnIsNobodys() throws Exception {
        var victim = sessionOf(visitor());
        var thief = visitor();
        thief.post("/keep", Map.of("name", "cart", "value", "a-thiefs-own-wish"));
        var id =
                thief.seen().stream()
                        .filter(value -> value.matches("[^.]{4}\\..{43}"))
                        .reduce((first, second) -> second)
                        .orElseThrow();
        var hash = MessageDigest.getInstance("SHA-256").digest(bytes(id));
        var name = Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        var own = "dump:s:{" + id.substring(0, 4) + "}:" + name;
        assertThat(redis.hget(bytes(own), bytes(":cart"))).isNotEmpty();
        redis.del(bytes(own));
        redis.hset(bytes(own), redis.hgetall(bytes(victim)));
        assertThat(thief.get("/me").body()).isEqualTo("nobody ");
        // Nor with the stamp it had itself, or none.
        redis.hdel(bytes(own), bytes("~b"));
        put(own, "~c", redis.hget(bytes(own), bytes("~c")));
        assertThat(answer(thief, "/me")).doesNotContain("somebody");
    }

    @Test
    void everyAlteredByteOfALoginKeptForRefreshEndsIt() {
        var visitor = visitor();
        visitor.login("somebody-else");
        var known = redis.keys("dump:t:*:f:*").stream().map(DumpTest::text).toList();
        var refresh = pair(visitor.post("/tokens", Map.of()).body(), "access", "refresh").get(1);
        var key =
                redis.keys("dump:t:*:f:*").stream()
                        .filter(name -> !known.contains(text(name)))
                        .findFirst()
                        .orElseThrow();
        var whole = redis.hgetall(key);
        var content =
                whole.entrySet().stream()
                        .filter(field -> text(field.getKey()).equals("u"))
                        .findFirst()
                        .orElseThrow()
                        .getValue();
        for (int i = 0; i < content.length; i++) {
            redis.hset(key, whole);
            redis.hset(key, bytes("u"), flipped(content, i));
            var answer = visitor.post("/token/refresh", Map.of("refresh_token", refresh));
            assertThat(answer.statusCode()).as("byte %s", i).isEqualTo(401);
        }
        redis.hset(key, whole);
        assertThat(visitor.post("/token/refresh", Map.of("refresh_token", refresh)).statusCode())
                .isEqualTo(200);
    }
}

package dev.concertina.starter.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.codec.ValueCodec;
import dev.concertina.starter.seal.KeyRing;
import dev.concertina.starter.seal.Seal;
import dev.concertina.starter.secrecy.SecrecyApplication;
import dev.concertina.starter.testing.TestRedis;
import dev.concertina.starter.testing.Visitor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every release wrote is read by this one. A release adds its own with {@code
 * -Dcorpus.write=RELEASE}; what is there is never written again.
 */
class CorpusTest {
    private static final Path CORPUS = Path.of("src", "test", "resources", "corpus");
    private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final Seal SEAL =
            new Seal(Optional.of(new KeyRing(List.of(KEY))), "corpus:session", "corpus-owner");
    private static final String USER = "corpus-user";

    private static RedisClient client;
    private static RedisCommands<byte[], byte[]> redis;
    private static ConfigurableApplicationContext instance;

    @BeforeAll
    static void start() throws IOException {
        client = RedisClient.create(TestRedis.url());
        redis = client.connect(ByteArrayCodec.INSTANCE).sync();
        instance =
                new SpringApplicationBuilder(SecrecyApplication.class)
                        .run(
                                "--server.port=0",
                                "--spring.main.banner-mode=off",
                                "--concertina.redis.url=" + TestRedis.url(),
                                "--concertina.redis.timeout=20s",
                                "--concertina.redis.connect-timeout=20s",
                                "--concertina.redis.namespace=corpus",
                                "--concertina.instance.drain-delay=0s",
                                "--concertina.codec.packages=" + CorpusTest.class.getPackageName(),
                                "--concertina.session.keys=" + KEY,
                                "--concertina.token.issuer=https://corpus.test",
                                "--concertina.token.endpoints=true",
                                "--concertina.token.keys[0].value=" + KEY,
                                "--concertina.token.secrets=" + KEY);
        var release = System.getProperty("corpus.write");
        if (release != null) {
            write(Files.createDirectory(CORPUS.resolve(release)));
        }
    }

    @AfterAll
    static void stop() {
        instance.close();
        client.shutdown();
    }

    private static Visitor visitor() {
        return new Visitor(() ->
                Integer.parseInt(
                        instance.getEnvironment().getRequiredProperty("local.server.port")));
    }

    private static ValueCodec codec() {
        return instance.getBean(ValueCodec.class);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static void write(Path folder) throws IOException {
        var values = new ArrayList<String>();
        Samples.all()
                .forEach((name, value) -> {
                    var envelope = SEAL.close(name, codec().encode(value));
                    values.add(name + "\t" + base64(envelope) + "\t" + Samples.said(value));
                });
        Files.write(folder.resolve("values.tsv"), values);
        var visitor = visitor();
        visitor.login(USER);
        visitor.post("/keep", Map.of("name", "cart", "value", "a corpus wish"));
        var pair = JsonMapper.shared().readTree(visitor.post("/tokens", Map.of()).body());
        var id =
                visitor.seen().stream()
                        .filter(value -> value.matches("[^.]{4}\\..{43}"))
                        .reduce((first, second) -> second)
                        .orElseThrow();
        writeHash(folder.resolve("session.tsv"), id, "corpus:s:{*}:*");
        writeHash(folder.resolve("login.tsv"), pair.path("refresh").asString(), "corpus:t:*:f:*");
    }

    private static void writeHash(Path file, String credential, String pattern) throws IOException {
        // The store of a test run holds one that is not a tombstone.
        var key =
                redis.keys(pattern).stream()
                        .filter(name -> redis.hlen(name) > 2)
                        .findFirst()
                        .orElseThrow();
        var lines = new ArrayList<String>();
        lines.add(credential);
        lines.add(new String(key, StandardCharsets.UTF_8));
        redis.hgetall(key)
                .forEach((name, value) ->
                        lines.add(new String(name, StandardCharsets.UTF_8) + "\t" + base64(value)));
        Files.write(file, lines);
        redis.del(key);
    }

    @TestFactory
    Stream<DynamicTest> everyReleaseCanBeRead() throws IOException {
        try (var found = Files.list(CORPUS)) {
            var releases = found.sorted().toList();
            assertThat(releases).isNotEmpty();
            return releases.stream()
                    .flatMap(release ->
                            Stream.of(
                                    test(release, "values", CorpusTest::assertValues),
                                    test(release, "session", CorpusTest::assertSession),
                                    test(release, "login", CorpusTest::assertLogin)));
        }
    }

    private interface Check {
        void of(List<String> lines);
    }

    private static DynamicTest test(Path release, String what, Check check) {
        var file = release.resolve(what + ".tsv");
        return DynamicTest.dynamicTest(
                what + " of " + release.getFileName(), () -> check.of(Files.readAllLines(file)));
    }

    private static void assertValues(List<String> lines) {
        assertThat(lines).hasSizeGreaterThan(20);
        for (var line : lines) {
            var parts = line.split("\t", 3);
            var opened = SEAL.open(parts[0], Base64.getDecoder().decode(parts[1]));
            var value = codec().decode(opened);
            assertThat(value).as(parts[0]).isPresent();
            assertThat(Samples.said(value.orElseThrow())).as(parts[0]).isEqualTo(parts[2]);
        }
    }

    private static void restore(List<String> lines, Map<String, Long> now) {
        for (var line : lines.subList(2, lines.size())) {
            var parts = line.split("\t", 2);
            var text = Optional.ofNullable(now.get(parts[0])).map(time -> bytes(time.toString()));
            redis.hset(
                    bytes(lines.get(1)),
                    bytes(parts[0]),
                    text.orElseGet(() -> Base64.getDecoder().decode(parts[1])));
        }
    }

    /** Years may have passed; only what says when is moved to the present. */
    private static void assertSession(List<String> lines) {
        long now = Instant.now().toEpochMilli();
        restore(lines, Map.of("~c", now, "~a", now, "~x", now + 3_600_000));
        var visitor = visitor();
        visitor.bring("CONCERTINA_SESSION", lines.get(0));
        assertThat(visitor.get("/me").body()).isEqualTo(USER + " ");
        assertThat(visitor.get("/kept?name=cart").body()).isEqualTo("a corpus wish");
        assertThat(visitor.post("/count", Map.of()).body()).isEqualTo(USER + " 1");
    }

    private static void assertLogin(List<String> lines) {
        long now = Instant.now().toEpochMilli();
        restore(lines, Map.of("c", now, "r", now, "x", now + 3_600_000));
        var answer = visitor().post("/token/refresh", Map.of("refresh_token", lines.get(0)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("access_token");
    }
}

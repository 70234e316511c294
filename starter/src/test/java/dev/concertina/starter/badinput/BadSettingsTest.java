package dev.concertina.starter.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.TestRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

/**
 * Settings nobody should make: the start fails, and says which it was without repeating secrets.
 */
class BadSettingsTest {
    private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String SECRET = "hunter2";
    private static final String ROOMS =
            "dev\\.concertina\\.starter\\.(request|codec|session|token|limit|instance)\\..*";

    /**
     * @param said part of what is said
     * @param properties besides a good address of Redis, keys and an issuer; a name alone takes one
     *     of these away
     */
    private record Row(String said, List<String> properties) {
        Row(String said, String... properties) {
            this(said, List.of(properties));
        }
    }

    private static final List<Row> ROWS =
            List.of(
                    new Row("concertina.session.keys is not set", "concertina.session.keys="),
                    new Row(
                            "concertina.session.keys cannot be used: key 1",
                            "concertina.session.keys=" + SECRET),
                    new Row(
                            "concertina.session.lifetime is PT0S",
                            "concertina.session.lifetime=0s"),
                    new Row(
                            "concertina.session.capsule.lifetime is PT1H",
                            "concertina.session.capsule.lifetime=1h"),
                    new Row("concertina.token.keys[0]", "concertina.token.keys[0].value=" + SECRET),
                    new Row("concertina.token.secrets is not set", "concertina.token.secrets="),
                    new Row(
                            "concertina.token.secrets cannot be used: key 1",
                            "concertina.token.secrets=" + SECRET),
                    new Row("concertina.token.skew is PT10M", "concertina.token.skew=10m"),
                    new Row("concertina.token.access is PT0S", "concertina.token.access=0s"),
                    new Row("concertina.redis.timeout is PT0S", "concertina.redis.timeout=0s"),
                    new Row(
                            "'often' is not a rate",
                            "concertina.limit.rules[0].name=api",
                            "concertina.limit.rules[0].paths=/**",
                            "concertina.limit.rules[0].rate=often"));

    private static WebApplicationContextRunner runner() {
        var ours =
                StreamSupport.stream(
                                ImportCandidates.load(
                                                AutoConfiguration.class,
                                                BadSettingsTest.class.getClassLoader())
                                        .spliterator(),
                                false)
                        .filter(name -> name.matches(ROOMS))
                        .map(BadSettingsTest::type)
                        .toArray(Class<?>[]::new);
        return new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(ours))
                .withPropertyValues(
                        "concertina.redis.url=" + TestRedis.url(),
                        "concertina.session.keys=" + KEY,
                        "concertina.token.issuer=https://registry.test",
                        "concertina.token.keys[0].value=" + KEY,
                        "concertina.token.secrets=" + KEY);
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theFrameOfTheseTestsStarts() {
        runner().run(context -> assertThat(context).hasNotFailed());
    }

    @TestFactory
    Stream<DynamicTest> everyRowIsRefusedByName() {
        return ROWS.stream()
                .map(row ->
                        DynamicTest.dynamicTest(
                                row.properties().toString(),
                                () ->
                                        runner().withPropertyValues(
                                                        row.properties().toArray(String[]::new))
                                                .run(context -> assertRefused(row, context))));
    }

    private static void assertRefused(Row row, AssertableWebApplicationContext context) {
        assertThat(context).hasFailed();
        var said = new ArrayList<String>();
        for (Throwable at = context.getStartupFailure(); at != null; at = at.getCause()) {
            said.add(String.valueOf(at.getMessage()));
        }
        assertThat(String.join("\n", said)).contains(row.said()).doesNotContain(SECRET, KEY);
    }
}

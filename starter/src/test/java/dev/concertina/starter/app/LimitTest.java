package dev.concertina.starter.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.TestRedis;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Limits of an application that runs twice, and what they cost on the wire. */
class LimitTest {
    private static CountingRelay relay;
    private static Instances instances;

    @BeforeAll
    static void start() throws Exception {
        relay = new CountingRelay(TestRedis.port());
        instances =
                Instances.start(
                        2,
                        "--concertina.redis.url=" + relay.url(),
                        "--concertina.redis.namespace=" + UUID.randomUUID(),
                        "--concertina.limit.tenant-header=X-Tenant",
                        "--concertina.limit.rules[0].name=api",
                        "--concertina.limit.rules[0].paths=/public/read,/public/count,/cart",
                        "--concertina.limit.rules[0].rate=1000/s",
                        "--concertina.limit.rules[1].name=mine-by-address",
                        "--concertina.limit.rules[1].paths=/public/read,/cart",
                        "--concertina.limit.rules[1].key=user",
                        "--concertina.limit.rules[1].rate=1000/s",
                        Instances.KEY);
        var browser = instances.browser();
        for (int i = 0; i < 4; i++) {
            browser.get("/public/count");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        instances.close();
        relay.close();
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
    }

    @Test
    void sessionAndTwoLimitsAreOneCommand() {
        var browser = instances.browser();
        browser.get("/public/count");
        relay.take();
        for (int i = 0; i < 10; i++) {
            var answer = browser.get("/public/read");
            assertThat(answer.body()).isEqualTo("1");
            assertThat(answer.headers().firstValue("RateLimit-Policy"))
                    .hasValue("\"api\";q=1000;w=1, \"mine-by-address\";q=1000;w=1");
            assertThat(answer.headers().firstValue("RateLimit"))
                    .hasValueSatisfying(text -> assertThat(text).startsWith("\"api\";r=99"));
        }
        assertThat(relay.take()).hasSize(10).containsOnly("EVALSHA");
    }

    @Test
    void aWritingRequestWithLimitsIsTwo() {
        var browser = instances.browser();
        browser.get("/public/count");
        relay.take();
        for (int i = 0; i < 10; i++) {
            browser.get("/public/count");
        }
        assertThat(relay.take()).hasSize(20).containsOnly("EVALSHA");
    }

    @Test
    void instancesCountTogetherAndRefuseTheRestUnasked() {
        var browser = instances.browser();
        browser.get("/public/count");
        for (int i = 0; i < 3; i++) {
            assertThat(browser.get("/public/limited/7").body()).isEqualTo("limited");
        }
        relay.take();
        // Each instance has to hear it once; then nobody is asked.
        for (int i = 0; i < 10; i++) {
            var answer = browser.get("/public/limited/8");
            assertRefused(answer);
            assertThat(answer.headers().firstValue("RateLimit-Policy"))
                    .hasValue("\"limited\";q=3;w=3600");
            assertThat(answer.headers().firstValue("RateLimit"))
                    .hasValueSatisfying(text -> assertThat(text).matches("\"limited\";r=0;t=\\d+"));
            assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(1000, 1200);
            var problem = JsonMapper.shared().readTree(answer.body());
            assertThat(problem.path("type").asString())
                    .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
            assertThat(problem.path("violated-policies").get(0).asString()).isEqualTo("limited");
        }
        assertThat(relay.take()).hasSize(2);
        assertThat(browser.get("/public/limited/free").body()).isEqualTo("free");
    }

    @Test
    void aUsersLimitIsTheUsersFromEveryBrowser() {
        var home = instances.browser();
        home.login("ada", "lovelace");
        var work = instances.browser();
        work.login("ada", "lovelace");
        relay.take();
        assertThat(home.get("/mine").body()).isEqualTo("ada");
        assertThat(home.get("/mine").body()).isEqualTo("ada");
        assertThat(work.get("/mine").body()).isEqualTo("ada");
        assertThat(work.get("/mine").body()).isEqualTo("ada");
        assertThat(work.get("/mine").body()).isEqualTo("ada");
        assertThat(relay.take()).hasSize(5).containsOnly("EVALSHA");
        assertRefused(home.get("/mine"));
        assertRefused(work.get("/mine"));
        var other = instances.browser();
        other.login("bob", "babbage");
        assertThat(other.get("/mine").body()).isEqualTo("bob");
    }

    @Test
    void aPathWithoutALimitAsksNothing() {
        relay.take();
        assertThat(instances.browser().get("/public/hello").headers().map())
                .doesNotContainKeys("RateLimit", "RateLimit-Policy");
        assertThat(relay.take()).isEmpty();
    }

    @Test
    void twoLimitsOfOneNameAreRefusedAtTheStart() {
        assertThatThrownBy(() ->
                        Instances.start(
                                1,
                                "--concertina.limit.rules[0].name=limited",
                                "--concertina.limit.rules[0].paths=/**",
                                "--concertina.limit.rules[0].rate=5/s"))
                .hasMessageContaining("two limits named 'limited' that differ");
    }
}

package dev.concertina.starter.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Sixty-four requests at once on one session through three real instances. {@code -Dsoak=true} for
 * three minutes, {@code -Dseed=N} for the same choices again.
 */
@Tag("real")
class ConcurrentSessionTest {
    private static final Duration TIME =
            Duration.ofSeconds(Long.getLong("seconds", Boolean.getBoolean("soak") ? 170 : 3));
    private static final List<ConfigurableApplicationContext> instances = new ArrayList<>();

    @BeforeAll
    static void start() {
        for (int i = 0; i < 3; i++) {
            instances.add(
                    new SpringApplicationBuilder(HistoryApplication.class)
                            .run(
                                    "--server.port=0",
                                    "--spring.main.banner-mode=off",
                                    "--concertina.redis.url=" + TestRedis.url(),
                                    "--concertina.redis.timeout=20s",
                                    "--concertina.redis.connect-timeout=20s",
                                    "--concertina.redis.namespace=concurrent",
                                    "--concertina.instance.drain-delay=0s",
                                    "--concertina.session.capsule.enabled=false",
                                    "--concertina.session.keys"
                                            + "=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="));
        }
    }

    @AfterAll
    static void stop() {
        instances.forEach(ConfigurableApplicationContext::close);
    }

    @Test
    void nothingIsLostAndNobodyIsRevivedOrMistaken() throws Exception {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("concurrent session: -Dseed=" + seed);
        var ports =
                instances.stream()
                        .mapToInt(context ->
                                Integer.parseInt(
                                        context.getEnvironment()
                                                .getRequiredProperty("local.server.port")))
                        .toArray();
        var verdict = SessionChecker.check(new Clients(ports, seed).run(TIME));
        System.out.printf(
                "concurrent session: %d writes kept, %d reads, %d refusals, %d sessions%n",
                verdict.writes(), verdict.reads(), verdict.refusals(), verdict.ended());
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.ended()).isGreaterThanOrEqualTo(4);
        assertThat(verdict.writes()).isGreaterThan(50);
        assertThat(verdict.reads()).isGreaterThan(50);
        assertThat(verdict.refusals()).isGreaterThan(10);
    }
}

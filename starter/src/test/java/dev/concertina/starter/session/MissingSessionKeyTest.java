package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.concertina.starter.app.PlainApplication;
import dev.concertina.starter.testing.TestRedis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;

/** What somebody reads whose application does not start for want of a key. */
class MissingSessionKeyTest {
    private static FailureAnalysis analysis(String... arguments) {
        var all = new ArrayList<>(Arrays.asList(arguments));
        all.add("--concertina.redis.url=" + TestRedis.url());
        all.add("--server.port=0");
        all.add("--spring.main.banner-mode=off");
        var failure =
                catchThrowable(() ->
                        new SpringApplicationBuilder(PlainApplication.class)
                                .run(all.toArray(String[]::new))
                                .close());
        assertThat(failure).isNotNull();
        // As Boot finds them; those that want a bean factory are left out.
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, (type, name, cause) -> {})
                .stream()
                .map(analyzer -> analyzer.analyze(failure))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aMissingKeyIsNamedWithTheWayToMakeOne() {
        var analysis = analysis();
        assertThat(analysis.getDescription()).contains("concertina.session.keys is not set");
        assertThat(analysis.getAction())
                .contains("openssl rand -base64 32", "CONCERTINA_SESSION_KEYS");
    }

    @Test
    void anUnusableKeyIsNamedByItsPlaceAndNotRepeated() {
        var analysis = analysis("--concertina.session.keys=hunter2");
        assertThat(analysis.getDescription())
                .contains("concertina.session.keys cannot be used", "key 1")
                .doesNotContain("hunter2");
    }
}

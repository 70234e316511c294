package dev.concertina.starter.preference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.testing.CountingRelay;
import dev.concertina.starter.testing.Served;
import dev.concertina.starter.testing.TestRedis;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Choices made at one instance and read at another. */
class PreferenceTest {
    private static final String KEY =
            "--concertina.session.keys=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final String ADA =
            "Basic "
                    + Base64.getEncoder()
                            .encodeToString("ada:lovelace".getBytes(StandardCharsets.UTF_8));

    private static CountingRelay relay;
    private static Served one;
    private static Served other;

    @BeforeAll
    static void start() throws Exception {
        relay = new CountingRelay(TestRedis.port());
        one = run();
        other = run();
        // Both teach Redis their scripts once.
        for (var served : new Served[] {one, other}) {
            var cookie = cookie(served.get("/out"));
            served.get("/counted", "Cookie", cookie);
            served.get("/ahead/counted", "Cookie", cookie);
        }
    }

    private static Served run() {
        return Served.start(
                PreferenceApplication.class,
                KEY,
                "--spring.application.name=preferences",
                "--concertina.redis.url=" + relay.url(),
                "--concertina.redis.timeout=20s",
                "--concertina.preference.paths=/ahead/**");
    }

    @AfterAll
    static void stop() throws Exception {
        one.close();
        other.close();
        relay.close();
    }

    private static String cookie(HttpResponse<String> answer) {
        var all = answer.headers().firstValue("Set-Cookie").orElse(";");
        return all.substring(0, all.indexOf(';'));
    }

    @Test
    void aVisitorsChoiceIsKnownEverywhereForAYear() {
        var chosen = one.get("/out");
        assertThat(chosen.body()).isEqualTo("out true");
        assertThat(chosen.headers().firstValue("Set-Cookie").orElse(""))
                .startsWith("CONCERTINA_VISITOR=")
                .contains("Max-Age=31536000")
                .contains("Path=/")
                .contains("HttpOnly")
                .contains("SameSite=Lax")
                .doesNotContain("Domain");
        var cookie = cookie(chosen);
        assertThat(other.get("/counted", "Cookie", cookie).body()).isEqualTo("out true");
        assertThat(other.get("/in", "Cookie", cookie).body()).isEqualTo("out false");
        assertThat(one.get("/counted", "Cookie", cookie).body()).isEqualTo("out false");
        assertThat(one.get("/forget", "Cookie", cookie).body()).isEqualTo("{}");
        assertThat(other.get("/counted", "Cookie", cookie).body()).isEqualTo("out false");
    }

    @Test
    void whoeverAsksForNoneGetsNoCookieAndCostsNothing() {
        relay.take();
        assertThat(one.get("/plain").headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(one.get("/counted").headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(one.get("/counted").body()).isEqualTo("out false");
        assertThat(relay.take()).isEmpty();
    }

    @Test
    void aCheckIsOneCallHoweverOftenAndAChoiceOne() {
        var cookie = cookie(one.get("/out"));
        relay.take();
        one.get("/plain", "Cookie", cookie);
        assertThat(relay.take()).isEmpty();
        other.get("/counted", "Cookie", cookie);
        assertThat(relay.take()).containsExactly("EVALSHA");
        other.get("/ahead/counted", "Cookie", cookie);
        assertThat(relay.take()).containsExactly("EVALSHA");
        other.get("/in", "Cookie", cookie);
        assertThat(relay.take()).containsExactly("EVALSHA", "EVALSHA");
    }

    @Test
    void aUsersChoiceIsTheUsersOnEveryDeviceAndAVisitorsHoldsUntilThen() {
        var cookie = cookie(one.get("/out"));
        assertThat(one.get("/forget", "Authorization", ADA).body()).isEqualTo("{}");
        assertThat(other.get("/counted", "Authorization", ADA).body()).isEqualTo("out false");
        assertThat(other.get("/counted", "Authorization", ADA, "Cookie", cookie).body())
                .isEqualTo("out true");
        assertThat(one.get("/in", "Authorization", ADA, "Cookie", cookie).body())
                .isEqualTo("out false");
        assertThat(other.get("/counted", "Authorization", ADA, "Cookie", cookie).body())
                .isEqualTo("out false");
        assertThat(other.get("/counted", "Cookie", cookie).body()).isEqualTo("out true");
    }

    @Test
    void aWrongCookieIsNobodysAndAWrongNameTheProgrammers() {
        relay.take();
        for (var bad : new String[] {"x", "{evil}aaaaaaaaaaaaaaaa", "a".repeat(500)}) {
            assertThat(one.get("/counted", "Cookie", "CONCERTINA_VISITOR=" + bad).body())
                    .isEqualTo("out false");
        }
        assertThat(relay.take()).isEmpty();
        assertThat(one.get("/bad").statusCode()).isEqualTo(500);
    }
}

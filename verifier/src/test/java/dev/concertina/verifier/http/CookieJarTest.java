package dev.concertina.verifier.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.verifier.http.CookieJar.Change.Kind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CookieJarTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final CookieJar jar = new CookieJar();

    @Test
    void sendsBackWhatWasSetAndRemembersWhoSetIt() {
        store("/", "SID=1; Path=/; HttpOnly; Secure", "app-1");
        assertThat(jar.header("/any", NOW)).isEqualTo("SID=1");
        assertThat(jar.lastSetBy()).isEqualTo("app-1");
    }

    @Test
    void tellsANewValueFromTheSameOne() {
        store("/", "SID=1", "app-1");
        assertThat(store("/", "SID=1", "app-2")).isEmpty();
        assertThat(store("/", "SID=2", "app-3"))
                .containsExactly(new CookieJar.Change("SID", Kind.REPLACED, "app-2", "app-3"));
    }

    @Test
    void forgetsWhatIsRemovedByAge() {
        store("/", "SID=1", "app-1");
        assertThat(store("/", "SID=; Max-Age=0", "app-2"))
                .extracting(CookieJar.Change::kind)
                .containsExactly(Kind.REMOVED);
        assertThat(jar.header("/", NOW)).isEmpty();
    }

    @Test
    void forgetsWhatIsRemovedByDate() {
        store("/", "SID=1", "app-1");
        store("/", "SID=; Expires=Thu, 01-Jan-1970 00:00:00 GMT", "app-2");
        assertThat(jar.header("/", NOW)).isEmpty();
    }

    @Test
    void expiresWithTime() {
        store("/", "SID=1; Max-Age=60", "app-1");
        assertThat(jar.header("/", NOW.plusSeconds(59))).isEqualTo("SID=1");
        assertThat(jar.header("/", NOW.plusSeconds(60))).isEmpty();
    }

    @Test
    void keepsToThePath() {
        store("/shop/cart?x=1", "A=1", "app-1");
        store("/", "B=2; Path=/shop", "app-1");
        assertThat(jar.header("/shop/pay", NOW)).isEqualTo("A=1; B=2");
        assertThat(jar.header("/shop", NOW)).isEqualTo("A=1; B=2");
        assertThat(jar.header("/shopping", NOW)).isEmpty();
    }

    @Test
    void aCopyIsOnItsOwn() {
        store("/", "SID=1", "app-1");
        var copy = jar.copy();
        store("/", "SID=2", "app-2");
        assertThat(copy.header("/", NOW)).isEqualTo("SID=1");
    }

    private List<CookieJar.Change> store(String path, String line, String by) {
        return jar.store(List.of(line), path, NOW, by);
    }
}

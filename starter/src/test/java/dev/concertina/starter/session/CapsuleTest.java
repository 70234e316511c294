package dev.concertina.starter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concertina.starter.codec.Encoded;
import dev.concertina.starter.request.Outage;
import dev.concertina.starter.request.UserTag;
import dev.concertina.starter.seal.KeyRing;
import dev.concertina.starter.seal.Seal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CapsuleTest {
    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final SessionKey KEY = SessionId.random().key();
    private static final Map<String, Encoded> VALUES =
            Map.of("login", new Encoded("security-context", 1, bytes("{\"name\":\"ada\"}")));

    private final Capsule capsule = capsule("a key of thirty-two characters or more");

    private static Capsule capsule(String key) {
        var seal = new Seal(Optional.of(new KeyRing(List.of(key))), "ns:capsule", "capsule");
        return new Capsule(seal, LIFE, Duration.ofDays(90));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Stored session(Instant created, Duration idle) {
        var ada = Optional.of(UserTag.of("ada"));
        return new Stored(
                "owner",
                "1:x",
                created,
                created,
                idle,
                ada,
                "",
                Map.of("login", bytes("x"), "cart", bytes("y")));
    }

    private String closed(Stored session) {
        return capsule.close(KEY, session, VALUES, NOW).orElseThrow();
    }

    private boolean opens(String text, Instant at) {
        return capsule.open(KEY, text, at).isPresent();
    }

    @Test
    void itHoldsWhoSomebodyIsAndNobodyCanReadIt() {
        var text = closed(session(NOW, Duration.ofDays(30)));
        var open = capsule.open(KEY, text, NOW).orElseThrow();
        assertThat(open.names()).containsExactlyInAnyOrder("login", "cart");
        assertThatThrownBy(() -> open.value("cart")).isInstanceOf(Outage.class);
        assertThat(open.value("login").orElseThrow().bytes())
                .isEqualTo(bytes("{\"name\":\"ada\"}"));
        assertThat(open.stored().user()).hasValue(UserTag.of("ada"));
        assertThat(text).doesNotContain("ada", UserTag.of("ada").value());
    }

    @Test
    void itOpensBesideItsOwnSessionOnly() {
        var text = closed(session(NOW, Duration.ofDays(30)));
        assertThat(capsule.open(SessionId.random().key(), text, NOW)).isEmpty();
        assertThat(capsule("another key of thirty-two characters").open(KEY, text, NOW)).isEmpty();
        for (var bad :
                List.of("", ".", "x.y", text.substring(0, text.length() - 9) + "AAAAAAAAA")) {
            assertThat(opens(bad, NOW)).isFalse();
        }
    }

    @Test
    void itEndsAfterMinutesAndNeverAfterItsSession() {
        var text = closed(session(NOW, Duration.ofDays(30)));
        assertThat(opens(text, NOW.plus(LIFE).minusMillis(1))).isTrue();
        assertThat(opens(text, NOW.plus(LIFE))).isFalse();
        var old =
                closed(
                        session(
                                NOW.minus(Duration.ofDays(90)).plusSeconds(60),
                                Duration.ofDays(99)));
        assertThat(opens(old, NOW.plusSeconds(59))).isTrue();
        assertThat(opens(old, NOW.plusSeconds(60))).isFalse();
        var idle = closed(session(NOW, Duration.ofSeconds(30)));
        assertThat(opens(idle, NOW.plusSeconds(30))).isFalse();
    }

    @Test
    void whatIsWrittenBeforeItProlongsNothing() {
        var text = closed(session(NOW, Duration.ofDays(30)));
        var later = NOW.plus(LIFE);
        var forged = Long.toString(later.getEpochSecond(), 36) + text.substring(text.indexOf('.'));
        assertThat(opens(forged, later)).isFalse();
    }

    @Test
    void itIsRenewedAfterHalfItsLife() {
        var text = Optional.of(closed(session(NOW, Duration.ofDays(30))));
        assertThat(capsule.due(text, NOW.plusSeconds(150))).isFalse();
        assertThat(capsule.due(text, NOW.plusSeconds(151))).isTrue();
        assertThat(capsule.due(Optional.empty(), NOW)).isTrue();
        assertThat(capsule.due(Optional.of("zzzzzzzzzzzzzzzzzzzz.x"), NOW)).isTrue();
    }

    @Test
    void whatDoesNotFitIntoACookieStaysOut() {
        var much = Map.of("login", new Encoded("security-context", 1, new byte[3000]));
        assertThat(capsule.close(KEY, session(NOW, LIFE), much, NOW)).isEmpty();
    }
}

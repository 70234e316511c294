package dev.concertina.starter.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concertina.starter.request.Outage;
import jakarta.servlet.http.Cookie;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** One request's part, without a server behind it. */
class FreshnessTurnTest {
    private final AtomicLong end = new AtomicLong(0x200);
    private final MockHttpServletRequest request = new MockHttpServletRequest();
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    private FreshnessTurn turn() {
        return new FreshnessTurn(
                Optional.empty(), new PositionCookie(Duration.ofMinutes(1)), end::get, request);
    }

    private static long needed(FreshnessTurn turn) {
        turn.enter();
        try {
            return Freshness.current().needed(() -> 0x300);
        } finally {
            turn.leave();
        }
    }

    private static List<byte[]> reply(String... parts) {
        return List.of(parts).stream().map(p -> p.getBytes(StandardCharsets.UTF_8)).toList();
    }

    @Test
    void theGreaterOfCookieAndStoreCounts() {
        request.setCookies(new Cookie(PositionCookie.NAME, Position.digits(0x100)));
        var turn = turn();
        assertThat(needed(turn)).isEqualTo(0x100);
        turn.answered(List.copyOf(reply(Position.digits(0x80), "tag")));
        assertThat(needed(turn)).isEqualTo(0x100);
        turn.answered(List.copyOf(reply(Position.digits(0x180), "tag")));
        assertThat(needed(turn)).isEqualTo(0x180);
        turn.answered(List.copyOf(reply("", "tag")));
        turn.answered(List.of());
        assertThat(needed(turn)).isEqualTo(0x180);
    }

    @Test
    void whoIsNotKnownForCertainReadsFromThePrimary() {
        var turn = turn();
        turn.unanswered(new Outage("away", null));
        assertThat(needed(turn)).isEqualTo(Position.UNKNOWN);
    }

    @Test
    void onlyWhoWroteIsTold() {
        var turn = turn();
        turn.keep(response);
        assertThat(response.getHeader("Set-Cookie")).isNull();
        turn.enter();
        Freshness.current().wrote();
        turn.leave();
        turn.keep(response);
        assertThat(response.getHeader("Set-Cookie"))
                .startsWith(PositionCookie.NAME + "=" + Position.digits(0x200))
                .contains("HttpOnly")
                .contains("SameSite=Lax")
                .contains("Max-Age=60");
        turn.keep(response);
        assertThat(response.getHeaders("Set-Cookie")).hasSize(1);
    }

    @Test
    void whoWroteWhileThePrimaryDidNotSayWhereReadsFromThePrimary() {
        end.set(Position.UNKNOWN);
        var turn = turn();
        turn.enter();
        Freshness.current().wrote();
        turn.leave();
        turn.keep(response);
        var value = response.getCookie(PositionCookie.NAME);
        assertThat(value).isNotNull();
        request.setCookies(value);
        assertThat(needed(turn())).isEqualTo(Position.UNKNOWN);
    }
}

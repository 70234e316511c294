package dev.concertina.starter.database;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.springframework.http.ResponseCookie;

/**
 * Carries a position with the client that wrote. It is not sealed: whoever makes one up changes
 * nothing but where their own reads go.
 */
final class PositionCookie {
    static final String NAME = "CONCERTINA_WRITTEN";

    private final Duration life;

    PositionCookie(Duration life) {
        this.life = life;
    }

    long read(HttpServletRequest request) {
        long found = Position.NONE;
        var cookies = request.getCookies();
        if (cookies != null) {
            for (var cookie : cookies) {
                if (cookie.getName().equals(NAME)) {
                    found =
                            Math.max(
                                    found,
                                    Position.ofDigits(cookie.getValue()).orElse(Position.NONE));
                }
            }
        }
        return found;
    }

    void write(HttpServletRequest request, HttpServletResponse response, long position) {
        response.addHeader(
                "Set-Cookie",
                ResponseCookie.from(NAME, Position.digits(position))
                        .path("/")
                        .httpOnly(true)
                        .secure(request.isSecure())
                        .sameSite("Lax")
                        .maxAge(life)
                        .build()
                        .toString());
    }
}

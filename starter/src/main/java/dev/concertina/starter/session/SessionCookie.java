package dev.concertina.starter.session;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/** Reads and writes the cookie that carries the id. */
final class SessionCookie {
    private final SessionSettings.Cookie settings;
    private final boolean production;

    SessionCookie(SessionSettings.Cookie settings, boolean production) {
        this.settings = settings;
        this.production = production;
    }

    Optional<SessionId> read(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies == null) {
            return Optional.empty();
        }
        for (var cookie : cookies) {
            if (cookie.getName().equals(settings.name()) && cookie.getValue() != null) {
                var id = SessionId.parse(cookie.getValue());
                if (id.isPresent()) {
                    return id;
                }
            }
        }
        return Optional.empty();
    }

    void write(HttpServletRequest request, HttpServletResponse response, SessionId id) {
        add(request, response, id.value(), settings.maxAge());
    }

    void expire(HttpServletRequest request, HttpServletResponse response) {
        add(request, response, "", Duration.ZERO);
    }

    private void add(
            HttpServletRequest request,
            HttpServletResponse response,
            String value,
            Duration maxAge) {
        var secure =
                switch (settings.secure()) {
                    case AUTO -> production || request.isSecure();
                    case ALWAYS -> true;
                    case NEVER -> false;
                };
        var cookie =
                ResponseCookie.from(settings.name(), value)
                        .path(settings.path())
                        .httpOnly(true)
                        .secure(secure)
                        .sameSite(settings.sameSite())
                        .maxAge(maxAge)
                        .build();
        response.addHeader(HttpHeaders.SET_COOKIE, cookie.toString());
    }
}

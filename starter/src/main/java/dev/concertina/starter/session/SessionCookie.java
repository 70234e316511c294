package dev.concertina.starter.session;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/** Reads and writes the cookie that carries the id, and the one of the capsule. */
final class SessionCookie {
    private static final String CAPSULE = "_IDENTITY";

    /** More cookies of one name than this a browser sends only if somebody wants it to. */
    private static final int IDS_MAX = 3;

    private final SessionSettings.Cookie settings;
    private final boolean production;

    SessionCookie(SessionSettings.Cookie settings, boolean production) {
        this.settings = settings;
        this.production = production;
    }

    /** The ids it brings; usually one, several when cookies of older paths or hosts are left. */
    List<SessionId> read(HttpServletRequest request) {
        return named(request, settings.name())
                .flatMap(value -> SessionId.parse(value).stream())
                .distinct()
                .limit(IDS_MAX)
                .toList();
    }

    /** The text of the capsule beside it, as yet unproven. */
    Optional<String> readCapsule(HttpServletRequest request) {
        return named(request, settings.name() + CAPSULE).findFirst();
    }

    private static Stream<String> named(HttpServletRequest request, String name) {
        Cookie[] cookies = request.getCookies();
        return cookies == null
                ? Stream.empty()
                : Stream.of(cookies)
                        .filter(cookie -> cookie.getName().equals(name))
                        .flatMap(cookie -> Stream.ofNullable(cookie.getValue()));
    }

    void write(HttpServletRequest request, HttpServletResponse response, SessionId id) {
        add(request, response, settings.name(), id.value(), settings.maxAge());
    }

    void expire(HttpServletRequest request, HttpServletResponse response) {
        add(request, response, settings.name(), "", Duration.ZERO);
    }

    void writeCapsule(
            HttpServletRequest request,
            HttpServletResponse response,
            String text,
            Capsule capsule) {
        add(request, response, settings.name() + CAPSULE, text, capsule.lifetime());
    }

    void expireCapsule(HttpServletRequest request, HttpServletResponse response) {
        add(request, response, settings.name() + CAPSULE, "", Duration.ZERO);
    }

    private void add(
            HttpServletRequest request,
            HttpServletResponse response,
            String name,
            String value,
            Duration maxAge) {
        var secure =
                switch (settings.secure()) {
                    case AUTO -> production || request.isSecure();
                    case ALWAYS -> true;
                    case NEVER -> false;
                };
        var cookie =
                ResponseCookie.from(name, value)
                        .path(settings.path())
                        .httpOnly(true)
                        .secure(secure)
                        .sameSite(settings.sameSite())
                        .maxAge(maxAge)
                        .build();
        response.addHeader(HttpHeaders.SET_COOKIE, cookie.toString());
    }
}

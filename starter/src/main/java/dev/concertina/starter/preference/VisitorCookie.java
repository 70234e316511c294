package dev.concertina.starter.preference;

import dev.concertina.starter.preference.PreferenceSettings.Secure;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** Knows a visitor again who has made a choice; whoever made none has no cookie. */
final class VisitorCookie {
    private static final SecureRandom CHANCE = new SecureRandom();
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{22}");
    private static final int BYTES = 16;

    private final PreferenceSettings.Cookie settings;
    private final Duration life;
    private final boolean production;

    VisitorCookie(PreferenceSettings.Cookie settings, Duration life, boolean production) {
        this.settings = settings;
        this.life = life;
        this.production = production;
    }

    Optional<String> read(HttpServletRequest request) {
        var cookies = request.getCookies();
        return cookies == null
                ? Optional.empty()
                : Arrays.stream(cookies)
                        .filter(cookie -> cookie.getName().equals(settings.name()))
                        .map(Cookie::getValue)
                        .filter(value -> FORM.matcher(value).matches())
                        .findFirst();
    }

    /** Sets it, again if it is there already: every choice prolongs its life. */
    String write(HttpServletRequest request, HttpServletResponse response, Optional<String> id) {
        var value = id.orElseGet(VisitorCookie::made);
        var cookie = new Cookie(settings.name(), value);
        cookie.setPath("/");
        cookie.setHttpOnly(true);
        cookie.setMaxAge((int) Math.min(life.toSeconds(), Integer.MAX_VALUE));
        cookie.setAttribute("SameSite", settings.sameSite());
        cookie.setSecure(
                settings.secure() == Secure.ALWAYS
                        || (settings.secure() == Secure.AUTO
                                && (production || request.isSecure())));
        response.addCookie(cookie);
        return value;
    }

    private static String made() {
        var bytes = new byte[BYTES];
        CHANCE.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

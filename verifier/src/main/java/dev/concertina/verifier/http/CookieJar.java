package dev.concertina.verifier.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * One user's cookies for one site (RFC 6265 section 5), safe to use by parallel requests. Cookies
 * marked {@code Secure} are sent over plain HTTP too: the site is on the loopback address, which
 * browsers and curl treat as trustworthy.
 */
public final class CookieJar {
    private final SequencedMap<String, Cookie> cookies = new LinkedHashMap<>();

    private record Cookie(String name, String value, String path, Instant expires, String setBy) {}

    /**
     * What a response did to a cookie.
     *
     * @param previousBy the instance that had set the earlier value; empty if it is new
     */
    public record Change(String name, Kind kind, String previousBy, String by) {
        public enum Kind {
            SET,
            REPLACED,
            REMOVED
        }
    }

    /**
     * @param setCookies values of the response's Set-Cookie fields
     * @param by the instance that answered
     */
    public synchronized List<Change> store(
            List<String> setCookies, String requestPath, Instant now, String by) {
        var changes = new ArrayList<Change>();
        for (var line : setCookies) {
            parse(line, requestPath, now, by).ifPresent(c -> store(c, now).ifPresent(changes::add));
        }
        return changes;
    }

    /** The value of the Cookie field for a request to the path; empty if there is none. */
    public synchronized String header(String requestPath, Instant now) {
        var path = withoutQuery(requestPath);
        return cookies.values().stream()
                .filter(c -> c.expires().isAfter(now) && matches(path, c.path()))
                .map(c -> c.name() + "=" + c.value())
                .collect(Collectors.joining("; "));
    }

    /** The instance that set the cookie last set; empty if the jar is. */
    public synchronized String lastSetBy() {
        return cookies.isEmpty() ? "" : cookies.sequencedValues().getLast().setBy();
    }

    /** The same cookies in another jar: what happens to one does not happen to the other. */
    public synchronized CookieJar copy() {
        var copy = new CookieJar();
        copy.cookies.putAll(cookies);
        return copy;
    }

    private Optional<Change> store(Cookie cookie, Instant now) {
        var key = cookie.name() + ";" + cookie.path();
        var previous = Optional.ofNullable(cookies.remove(key));
        if (!cookie.expires().isAfter(now)) {
            return previous.map(p -> change(p, cookie, Change.Kind.REMOVED));
        }
        cookies.putLast(key, cookie);
        if (previous.isEmpty()) {
            return Optional.of(new Change(cookie.name(), Change.Kind.SET, "", cookie.setBy()));
        }
        return previous.filter(p -> !p.value().equals(cookie.value()))
                .map(p -> change(p, cookie, Change.Kind.REPLACED));
    }

    private static Change change(Cookie previous, Cookie cookie, Change.Kind kind) {
        return new Change(cookie.name(), kind, previous.setBy(), cookie.setBy());
    }

    private static Optional<Cookie> parse(String line, String requestPath, Instant now, String by) {
        var parts = line.split(";");
        int equals = parts[0].indexOf('=');
        if (equals < 1) {
            return Optional.empty();
        }
        var attributes = attributes(parts);
        var path = attributes.getOrDefault("path", "");
        return Optional.of(
                new Cookie(
                        parts[0].substring(0, equals).strip(),
                        parts[0].substring(equals + 1).strip(),
                        path.startsWith("/") ? path : defaultPath(withoutQuery(requestPath)),
                        expires(attributes, now),
                        by));
    }

    private static Map<String, String> attributes(String[] parts) {
        var attributes = new LinkedHashMap<String, String>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            var name = equals < 0 ? parts[i] : parts[i].substring(0, equals);
            attributes.put(
                    name.strip().toLowerCase(Locale.ROOT),
                    equals < 0 ? "" : parts[i].substring(equals + 1).strip());
        }
        return attributes;
    }

    private static Instant expires(Map<String, String> attributes, Instant now) {
        var maxAge = attributes.getOrDefault("max-age", "");
        if (maxAge.matches("-?[0-9]{1,10}")) {
            return now.plusSeconds(Math.max(0, Long.parseLong(maxAge)));
        }
        var date = attributes.getOrDefault("expires", "").replace('-', ' ');
        try {
            return date.isEmpty()
                    ? Instant.MAX
                    : ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        } catch (DateTimeException e) {
            return Instant.MAX;
        }
    }

    private static boolean matches(String request, String cookie) {
        return request.equals(cookie)
                || (request.startsWith(cookie)
                        && (cookie.endsWith("/") || request.charAt(cookie.length()) == '/'));
    }

    private static String defaultPath(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    private static String withoutQuery(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }
}

package dev.concertina.starter.security;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How an answer and a state change are protected. Everything is on; each part has one key that
 * relaxes it.
 *
 * @param csrf who may change state
 * @param cors which other origins may read answers
 * @param csp what a page may load
 * @param headers further protective response fields
 */
@ConfigurationProperties("concertina.security")
public record SecuritySettings(
        @DefaultValue Csrf csrf,
        @DefaultValue Cors cors,
        @DefaultValue Csp csp,
        @DefaultValue Headers headers) {

    /** Where the token of a form is kept. */
    public enum CsrfMode {
        /** In the session, which every instance knows. */
        SESSION,
        /** In a cookie that a script of the page sends back in a field; no session is needed. */
        COOKIE,
        OFF
    }

    /** What happens to what a page may not load. */
    public enum CspMode {
        ENFORCE,
        /** It is loaded, and reported. */
        REPORT,
        OFF
    }

    /** Who may show a page in a frame. */
    public enum Frame {
        DENY,
        SAME_ORIGIN,
        OFF
    }

    /**
     * @param mode default session; without Spring Security any mode but off compares origins
     * @param except paths such as {@code /hooks/**} that anybody may post to
     * @param trusted origins that may post; used without Spring Security
     */
    public record Csrf(
            @DefaultValue("session") CsrfMode mode,
            @DefaultValue List<String> except,
            @DefaultValue List<String> trusted) {
        public Csrf {
            except = List.copyOf(except);
            trusted = List.copyOf(trusted);
            except.forEach(path -> path("concertina.security.csrf.except", path));
            trusted.forEach(origin -> origin("concertina.security.csrf.trusted", origin));
        }
    }

    /**
     * @param origins such as {@code https://app.example.org}, {@code https://*.example.org} or
     *     {@code *}; none: no other origin
     * @param methods a page of such an origin may use
     * @param headers request fields it may send
     * @param exposed response fields it may read
     * @param credentials whether it may send cookies
     * @param maxAge how long a browser remembers this
     * @param paths for which all this holds
     */
    public record Cors(
            @DefaultValue List<String> origins,
            @DefaultValue({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}) List<String> methods,
            @DefaultValue("*") List<String> headers,
            @DefaultValue List<String> exposed,
            @DefaultValue("false") boolean credentials,
            @DefaultValue("30m") Duration maxAge,
            @DefaultValue("/**") List<String> paths) {
        public Cors {
            origins = List.copyOf(origins);
            methods = List.copyOf(methods);
            headers = List.copyOf(headers);
            exposed = List.copyOf(exposed);
            paths = List.copyOf(paths);
            if (credentials && origins.contains("*")) {
                throw new IllegalArgumentException(
                        "concertina.security.cors.origins is * and"
                                + " concertina.security.cors.credentials is true, so any page could"
                                + " act for your users. Name the origins, or drop the"
                                + " credentials.");
            }
            if (credentials && exposed.contains("*")) {
                throw new IllegalArgumentException(
                        "concertina.security.cors.exposed is *, which browsers ignore beside"
                                + " concertina.security.cors.credentials. Name the fields.");
            }
            origins.stream()
                    .filter(origin -> !origin.equals("*"))
                    .forEach(origin -> origin("concertina.security.cors.origins", origin));
            paths.forEach(path -> path("concertina.security.cors.paths", path));
            if (maxAge.isNegative()) {
                throw new IllegalArgumentException(
                        "concertina.security.cors.max-age is " + maxAge + ". Give it 0s or more.");
            }
        }
    }

    /**
     * @param sources further sources by directive, such as {@code img-src: https://cdn.example.org}
     * @param reportUri where browsers report what they did not load
     */
    public record Csp(
            @DefaultValue("enforce") CspMode mode,
            @DefaultValue Map<String, List<String>> sources,
            Optional<String> reportUri) {
        public Csp {
            sources = Map.copyOf(sources);
        }
    }

    /**
     * Values as they are sent; {@code off} leaves a field out.
     *
     * @param enabled whether any of them is sent
     * @param frame who may frame a page
     * @param referrer {@code Referrer-Policy}
     * @param permissions {@code Permissions-Policy}
     * @param opener {@code Cross-Origin-Opener-Policy}
     * @param resource {@code Cross-Origin-Resource-Policy}; not sent where CORS is allowed
     * @param hsts for how long a browser uses HTTPS only, told over HTTPS; 0 for never
     * @param hstsSubdomains whether that holds for all hosts below, too
     */
    public record Headers(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("deny") Frame frame,
            @DefaultValue("strict-origin-when-cross-origin") String referrer,
            @DefaultValue("camera=(), geolocation=(), microphone=(), payment=(), usb=()")
                    String permissions,
            @DefaultValue("same-origin-allow-popups") String opener,
            @DefaultValue("same-origin") String resource,
            @DefaultValue("365d") Duration hsts,
            @DefaultValue("true") boolean hstsSubdomains) {
        public Headers {
            oneLine("concertina.security.headers.referrer", referrer);
            oneLine("concertina.security.headers.permissions", permissions);
            oneLine("concertina.security.headers.opener", opener);
            oneLine("concertina.security.headers.resource", resource);
        }
    }

    private static final Pattern ORIGIN =
            Pattern.compile("[a-z][a-z0-9+.-]*://(\\*\\.)?[A-Za-z0-9.\\[\\]:-]+");

    private static void origin(String key, String origin) {
        if (!ORIGIN.matcher(origin).matches()) {
            throw new IllegalArgumentException(
                    key
                            + " holds '"
                            + origin
                            + "', which is not an origin. Write scheme, host and port only, such as"
                            + " https://app.example.org.");
        }
    }

    private static void path(String key, String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    key + " holds '" + path + "'. Begin it with a slash, such as /api/**.");
        }
    }

    private static void oneLine(String key, String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    key + " holds a character that no response field can. Write it in one line.");
        }
    }
}

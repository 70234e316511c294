package dev.concertina.starter.security;

import dev.concertina.starter.security.SecuritySettings.Csrf;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Refuses a state change that a page of another origin asks for, where there is no Spring Security
 * with its tokens. It rests on what every browser says by itself, {@code Sec-Fetch-Site} (Fetch
 * Metadata) or {@code Origin} (RFC 6454), so nothing has to be stored. A request with neither is no
 * browser's and carries nobody's cookies unasked.
 */
final class OriginFilter extends OncePerRequestFilter {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final byte[] REFUSAL =
            ("{\"type\":\"about:blank\",\"title\":\"Cross-site request\",\"status\":403,"
                            + "\"detail\":\"A page of another origin may not do this.\"}")
                    .getBytes(StandardCharsets.UTF_8);

    private final List<PathPattern> except;
    private final CorsConfiguration trusted = new CorsConfiguration();

    /**
     * @param origins that may act like the application's own pages
     */
    OriginFilter(Csrf settings, List<String> origins) {
        this.except =
                settings.except().stream().map(PathPatternParser.defaultInstance::parse).toList();
        origins.forEach(trusted::addAllowedOriginPattern);
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (allowed(request)) {
            chain.doFilter(request, response);
            return;
        }
        response.setStatus(403);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("application/problem+json");
        response.setContentLength(REFUSAL.length);
        response.getOutputStream().write(REFUSAL);
    }

    private boolean allowed(HttpServletRequest request) {
        if (SAFE.contains(request.getMethod())) {
            return true;
        }
        var site = request.getHeader("Sec-Fetch-Site");
        var origin = request.getHeader("Origin");
        boolean own =
                site == null
                        ? origin == null || isOwn(origin, request)
                        : site.equals("same-origin") || site.equals("none");
        return own || isTrusted(origin) || isExcepted(request);
    }

    private static boolean isOwn(String origin, HttpServletRequest request) {
        var host = request.getHeader("Host");
        int at = origin.indexOf("://");
        return host != null && at > 0 && origin.substring(at + 3).equalsIgnoreCase(host);
    }

    private boolean isTrusted(@Nullable String origin) {
        return Optional.ofNullable(origin).map(trusted::checkOrigin).isPresent();
    }

    private boolean isExcepted(HttpServletRequest request) {
        if (except.isEmpty()) {
            return false;
        }
        var path = request.getRequestURI().substring(request.getContextPath().length());
        var container = PathContainer.parsePath(path);
        return except.stream().anyMatch(pattern -> pattern.matches(container));
    }
}

package dev.concertina.starter.token;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The public keys, and by choice refresh (RFC 6749, 6) and revocation (RFC 7009). Before Spring
 * Security: the refresh token itself is the credential, and no browser sends it unasked.
 */
final class TokenFilter extends OncePerRequestFilter {
    static final String REFRESH = "/token/refresh";
    static final String REVOKE = "/token/revoke";
    private static final int BODY_MAX = 16_384;

    private final Tokens tokens;
    private final SigningKeys keys;
    private final String jwks;
    private final boolean endpoints;
    private final Clock clock;
    private final JsonMapper json = JsonMapper.shared();

    TokenFilter(Tokens tokens, SigningKeys keys, String jwks, boolean endpoints, Clock clock) {
        this.tokens = tokens;
        this.keys = keys;
        this.jwks = jwks;
        this.endpoints = endpoints;
        this.clock = clock;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var path = request.getRequestURI().substring(request.getContextPath().length());
        if (!jwks.isEmpty() && path.equals(jwks) && isRead(request)) {
            // Short, so that a new key is known well before it signs.
            response.setHeader("Cache-Control", "public, max-age=300");
            write(response, 200, "application/jwk-set+json", keys.published());
        } else if (endpoints && path.equals(REFRESH) && allowed(request, response)) {
            refresh(request, response);
        } else if (endpoints && path.equals(REVOKE) && allowed(request, response)) {
            revoke(request, response);
        } else if (!response.isCommitted()) {
            chain.doFilter(request, response);
        }
    }

    private static boolean isRead(HttpServletRequest request) {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    private boolean allowed(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (request.getMethod().equals("POST")) {
            return true;
        }
        response.setHeader("Allow", "POST");
        problem(response, 405, "Method not allowed", "This address takes POST only.");
        response.flushBuffer();
        return false;
    }

    private void refresh(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var token = field(request, "refresh_token");
        if (token.isEmpty()) {
            problem(response, 400, "No token", "The body needs a refresh_token.");
            return;
        }
        switch (tokens.refresh(token.get())) {
            case Refreshed.Renewed renewed -> pair(response, renewed.pair());
            case Refreshed.Refused refused -> {
                response.setHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
                problem(response, 401, "Refresh refused", "Log in again.");
            }
        }
    }

    private void pair(HttpServletResponse response, TokenPair pair) throws IOException {
        var seconds = Duration.between(clock.instant(), pair.accessEnd()).toSeconds();
        var body = new LinkedHashMap<String, Object>();
        body.put("access_token", pair.access());
        body.put("token_type", "Bearer");
        body.put("expires_in", Math.max(0, seconds));
        body.put("refresh_token", pair.refresh());
        response.setHeader("Cache-Control", "no-store");
        write(response, 200, "application/json", json.writeValueAsString(body));
    }

    private void revoke(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var token = field(request, "token");
        if (token.isEmpty()) {
            problem(response, 400, "No token", "The body needs a token.");
            return;
        }
        // An unknown token is revoked already (RFC 7009, 2.2).
        var unused = tokens.revoke(token.get());
        response.setHeader("Cache-Control", "no-store");
        response.setStatus(200);
    }

    private Optional<String> field(HttpServletRequest request, String name) throws IOException {
        var type = String.valueOf(request.getContentType());
        if (!type.startsWith("application/json")) {
            // Never from the address, which is logged everywhere.
            var query = String.valueOf(request.getQueryString());
            return query.contains(name + "=")
                    ? Optional.empty()
                    : Optional.ofNullable(request.getParameter(name));
        }
        var body = request.getInputStream().readNBytes(BODY_MAX);
        try {
            var value = json.readTree(body).path(name);
            return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private void problem(HttpServletResponse response, int status, String title, String detail)
            throws IOException {
        response.setHeader("Cache-Control", "no-store");
        var body = new LinkedHashMap<String, Object>();
        body.putAll(Map.of("type", "about:blank", "title", title));
        body.putAll(Map.of("status", status, "detail", detail));
        write(response, status, "application/problem+json", json.writeValueAsString(body));
    }

    private static void write(HttpServletResponse response, int status, String type, String body)
            throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType(type);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}

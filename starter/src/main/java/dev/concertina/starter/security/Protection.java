package dev.concertina.starter.security;

import dev.concertina.starter.security.SecuritySettings.CspMode;
import dev.concertina.starter.security.SecuritySettings.Frame;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The protective fields of an answer. What the application set itself stays as it is. */
final class Protection {
    private static final String FRAME = "X-Frame-Options";
    private static final String HSTS = "Strict-Transport-Security";

    private final Map<String, String> fixed = new LinkedHashMap<>();
    private final Optional<ContentPolicy> content;
    private final Optional<String> hsts;

    Protection(SecuritySettings settings) {
        var headers = settings.headers();
        if (headers.enabled()) {
            fixed.put("X-Content-Type-Options", "nosniff");
            frame(headers.frame()).ifPresent(value -> fixed.put(FRAME, value));
            unlessOff("Referrer-Policy", headers.referrer());
            unlessOff("Permissions-Policy", headers.permissions());
            unlessOff("Cross-Origin-Opener-Policy", headers.opener());
            // A page of an allowed origin may embed what it may fetch.
            if (settings.cors().origins().isEmpty()) {
                unlessOff("Cross-Origin-Resource-Policy", headers.resource());
            }
        }
        this.hsts =
                headers.enabled() && headers.hsts().isPositive()
                        ? Optional.of(
                                "max-age="
                                        + headers.hsts().toSeconds()
                                        + (headers.hstsSubdomains() ? "; includeSubDomains" : ""))
                        : Optional.empty();
        // Read even when it is off, so that a mistake is found before it is turned on.
        var policy = new ContentPolicy(settings.csp());
        this.content =
                settings.csp().mode() == CspMode.OFF ? Optional.empty() : Optional.of(policy);
    }

    private static Optional<String> frame(Frame frame) {
        return switch (frame) {
            case DENY -> Optional.of("DENY");
            case SAME_ORIGIN -> Optional.of("SAMEORIGIN");
            case OFF -> Optional.empty();
        };
    }

    private void unlessOff(String name, String value) {
        if (!value.equalsIgnoreCase("off") && !value.isBlank()) {
            fixed.put(name, value);
        }
    }

    /** Whether pages get a nonce. */
    boolean hasNonce() {
        return content.isPresent();
    }

    void write(HttpServletRequest request, HttpServletResponse response) {
        fixed.forEach((name, value) -> ifAbsent(response, name, value));
        if (request.isSecure()) {
            hsts.ifPresent(value -> ifAbsent(response, HSTS, value));
        }
        content.ifPresent(policy -> {
            if (!response.containsHeader("Content-Security-Policy")
                    && !response.containsHeader(policy.field())) {
                response.setHeader(
                        policy.field(), policy.text(Nonce.of(request), frames(response)));
            }
        });
    }

    // Browsers prefer frame-ancestors, so it must not contradict what the application chose.
    private static Optional<String> frames(HttpServletResponse response) {
        return Optional.ofNullable(response.getHeader(FRAME))
                .map(value -> value.equalsIgnoreCase("SAMEORIGIN") ? "'self'" : "'none'");
    }

    private static void ifAbsent(HttpServletResponse response, String name, String value) {
        if (!response.containsHeader(name)) {
            response.setHeader(name, value);
        }
    }
}

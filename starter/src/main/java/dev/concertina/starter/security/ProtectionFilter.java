package dev.concertina.starter.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Makes the nonce before anybody can ask for it and, where there is no Spring Security to do so
 * last, writes the fields first: the application may still replace them.
 */
final class ProtectionFilter extends OncePerRequestFilter {
    private final Protection protection;
    private final boolean writes;

    ProtectionFilter(Protection protection, boolean writes) {
        this.protection = protection;
        this.writes = writes;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (protection.hasNonce()) {
            var unused = Nonce.of(request);
        }
        if (writes) {
            protection.write(request, response);
        }
        chain.doFilter(request, response);
    }

    // An error page may begin the response anew.
    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }
}

package peer;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Predicate;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.web.filter.OncePerRequestFilter;

/** A limit by user, in front of the two handlers that use a session. */
final class Limit extends OncePerRequestFilter {
    static final long PER_SECOND = 100_000;

    private final Predicate<String> passes;

    private Limit(Predicate<String> passes) {
        this.passes = passes;
    }

    static FilterRegistrationBean<Limit> of(Predicate<String> passes) {
        var registration = new FilterRegistrationBean<>(new Limit(passes));
        registration.addUrlPatterns("/read", "/write");
        return registration;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (passes.test(request.getRemoteUser())) {
            chain.doFilter(request, response);
        } else {
            response.setStatus(429);
        }
    }
}

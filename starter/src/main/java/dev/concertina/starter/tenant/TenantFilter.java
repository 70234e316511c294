package dev.concertina.starter.tenant;

import dev.concertina.starter.request.Tenant;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/** Ties the session to the tenant, and names the tenant in the log. */
final class TenantFilter extends OncePerRequestFilter {
    private static final String NAME = "tenant";
    private static final int CAUSES_MAX = 20;

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var tenant = Tenant.of(request);
        if (tenant.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        MDC.put(NAME, tenant.get().id());
        try {
            chain.doFilter(new TenantRequest(request, tenant.get()), response);
        } catch (IOException | ServletException | RuntimeException e) {
            if (!isForeign(e) || response.isCommitted()) {
                throw e;
            }
            response.reset();
            TenantParticipant.FOREIGN.write(response);
        } finally {
            MDC.remove(NAME);
        }
    }

    // A handler's exception arrives wrapped.
    private static boolean isForeign(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int i = 0; cause != null && i < CAUSES_MAX; i++) {
            if (cause instanceof ForeignSession) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }
}

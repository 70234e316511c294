package dev.concertina.starter.instance;

import dev.concertina.contract.Headers;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.regex.Pattern;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/** Names the instance on every response, errors included, and the request in every log event. */
final class InstanceFilter extends OncePerRequestFilter {
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");

    private final String id;

    InstanceFilter(Instance instance) {
        this.id = instance.id().value();
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader(Headers.INSTANCE_ID, id);
        var requestId = request.getHeader(Headers.REQUEST_ID);
        MDC.put("instance", id);
        // A client's value goes into the log, so only harmless characters pass.
        if (requestId != null && REQUEST_ID.matcher(requestId).matches()) {
            MDC.put("requestId", requestId);
        }
        try {
            chain.doFilter(request, new NamedResponse(response));
        } finally {
            MDC.remove("requestId");
            MDC.remove("instance");
        }
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }

    /** Keeps the name when somebody begins the response anew. */
    private final class NamedResponse extends HttpServletResponseWrapper {
        NamedResponse(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void reset() {
            super.reset();
            setHeader(Headers.INSTANCE_ID, id);
        }
    }
}

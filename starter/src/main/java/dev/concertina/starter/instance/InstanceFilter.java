package dev.concertina.starter.instance;

import dev.concertina.contract.Headers;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Names instance and request on every response, errors included, and the request in every log
 * event; counts what is being answered, and while the instance leaves, closes connections.
 */
final class InstanceFilter extends OncePerRequestFilter {
    private static final Set<String> STREAMS =
            Set.of("text/event-stream", "application/x-ndjson", "multipart/x-mixed-replace");

    private final String id;
    private final Traffic traffic;
    private final Optional<FatalError> fatal;

    InstanceFilter(Instance instance, Traffic traffic, Optional<FatalError> fatal) {
        this.id = instance.id().value();
        this.traffic = traffic;
        this.fatal = fatal;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean first = request.getDispatcherType() == DispatcherType.REQUEST;
        var requestId = RequestId.establish(request);
        var named = new NamedResponse(response, requestId);
        named.name();
        if (traffic.leaving() && request.getProtocol().startsWith("HTTP/1")) {
            response.setHeader("Connection", "close");
        }
        MDC.put(RequestId.MDC, requestId);
        if (first) {
            traffic.began();
        }
        boolean later = false;
        try {
            chain.doFilter(request, named);
            later = first && request.isAsyncStarted();
        } catch (IOException | ServletException | RuntimeException | Error e) {
            fatal.ifPresent(watch -> watch.seen(e));
            throw e;
        } finally {
            if (later) {
                boolean ours = request.getAttribute(Traffic.ENDS_ITSELF) == null;
                traffic.endsLater(request.getAsyncContext(), ours && isStream(response));
            } else if (first) {
                traffic.ended();
            }
            MDC.remove(RequestId.MDC);
        }
    }

    private static boolean isStream(HttpServletResponse response) {
        var type = response.getContentType();
        return type != null && STREAMS.contains(type.split(";", 2)[0].strip());
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }

    /** Keeps the names when somebody begins the response anew. */
    private final class NamedResponse extends HttpServletResponseWrapper {
        private final String requestId;

        NamedResponse(HttpServletResponse response, String requestId) {
            super(response);
            this.requestId = requestId;
        }

        void name() {
            setHeader(Headers.INSTANCE_ID, id);
            setHeader(Headers.REQUEST_ID, requestId);
        }

        @Override
        public void reset() {
            super.reset();
            name();
        }
    }
}

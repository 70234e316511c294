package dev.concertina.starter.request;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one filter before Spring Security: asks Redis once for everybody, hands out the answers, and
 * has what was written kept before the client can see the response.
 */
final class RequestFilter implements Filter {
    private static final String EXCHANGE = RequestFilter.class.getName() + ".exchange";
    private static final Logger log = LoggerFactory.getLogger(RequestFilter.class);

    private final List<Participant> participants;
    private final RoundTrip roundTrip;

    RequestFilter(List<Participant> participants, RoundTrip roundTrip) {
        this.participants = List.copyOf(participants);
        this.roundTrip = roundTrip;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest http)
                || !(response instanceof HttpServletResponse answer)) {
            chain.doFilter(request, response);
            return;
        }
        var exchange = (Exchange) request.getAttribute(EXCHANGE);
        if (exchange == null) {
            exchange = begin(http);
            request.setAttribute(EXCHANGE, exchange);
            var refusal = exchange.refusal();
            if (refusal.isPresent()) {
                refuse(answer, refusal.get());
                return;
            }
        }
        proceed(exchange, http, answer, chain);
    }

    // A dispatch of an asynchronous request arrives with the wrapper of the first one.
    private static boolean isWrapped(ServletRequest request) {
        return request instanceof ServletRequestWrapper wrapper
                && wrapper.isWrapperFor(SharedStateRequest.class);
    }

    private Exchange begin(HttpServletRequest request) {
        var turns = participants.stream().map(participant -> participant.arrive(request)).toList();
        roundTrip.ask(turns);
        return new Exchange(turns);
    }

    private void proceed(
            Exchange exchange,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws IOException, ServletException {
        try {
            if (isWrapped(request)) {
                chain.doFilter(request, response);
            } else {
                chain.doFilter(
                        new SharedStateRequest(exchange.wrap(request, response)),
                        new KeptResponse(response, exchange));
            }
            exchange.keep(response);
        } catch (IOException | ServletException | RuntimeException e) {
            var outage = exchange.outage(e);
            if (outage.isEmpty() || response.isCommitted()) {
                throw e;
            }
            log.warn(
                    "{} {} refused: {}",
                    request.getMethod(),
                    path(request),
                    outage.get().getMessage());
            response.reset();
            refuse(response, Refusal.of(outage.get()));
        }
    }

    private static String path(HttpServletRequest request) {
        return request.getDispatcherType() == DispatcherType.ERROR
                ? "error page"
                : request.getRequestURI();
    }

    private static void refuse(HttpServletResponse response, Refusal refusal) throws IOException {
        response.setStatus(refusal.status());
        long seconds = Math.max(1, (refusal.retryAfter().toMillis() + 999) / 1000);
        response.setHeader("Retry-After", Long.toString(seconds));
        response.setHeader("Cache-Control", "no-store");
        refusal.fields().forEach(response::setHeader);
        response.setContentType("application/problem+json");
        var body =
                "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
                        .formatted(refusal.title(), refusal.status(), refusal.detail());
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}

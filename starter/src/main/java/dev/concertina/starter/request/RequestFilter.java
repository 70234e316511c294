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
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
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
    private final LongAdder unnoted = new LongAdder();
    private final AtomicLong noteDueNanos = new AtomicLong(System.nanoTime());

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
                refusal.get().write(answer);
                return;
            }
        }
        boolean failed = true;
        exchange.enter();
        try {
            proceed(exchange, http, answer, chain);
            failed = false;
        } finally {
            exchange.leave();
            if (failed || !request.isAsyncStarted()) {
                exchange.end(failed ? 500 : answer.getStatus());
            }
        }
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
            exchange.refused();
            note(request, outage.get());
            response.reset();
            Refusal.of(outage.get()).write(response);
        }
    }

    // An outage refuses thousands a second; one line a second says as much.
    private void note(HttpServletRequest request, Outage outage) {
        unnoted.increment();
        long now = System.nanoTime();
        long due = noteDueNanos.get();
        if (now - due >= 0 && noteDueNanos.compareAndSet(due, now + 1_000_000_000L)) {
            log.warn(
                    "{} {} and {} more since the last such line refused: {}",
                    request.getMethod(),
                    path(request),
                    unnoted.sumThenReset() - 1,
                    outage.getMessage());
        }
    }

    private static String path(HttpServletRequest request) {
        return request.getDispatcherType() == DispatcherType.ERROR
                ? "error page"
                : request.getRequestURI();
    }
}

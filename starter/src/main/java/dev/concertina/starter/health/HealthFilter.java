package dev.concertina.starter.health;

import dev.concertina.contract.Probes;
import dev.concertina.starter.health.HealthSettings.Details;
import dev.concertina.starter.instance.Check.Finding;
import dev.concertina.starter.instance.Instance;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The three probes, answered before sessions, limits and security. A dependency that is down makes
 * the instance degraded, not unready: when Redis is away for all, taking all out helps nobody.
 */
final class HealthFilter extends OncePerRequestFilter {
    private final Instance instance;
    private final ApplicationAvailability availability;
    private final Dependencies dependencies;
    private final Details details;
    private final Clock clock;
    private final JsonMapper json = JsonMapper.shared();

    HealthFilter(
            Instance instance,
            ApplicationAvailability availability,
            Dependencies dependencies,
            Details details,
            Clock clock) {
        this.instance = instance;
        this.availability = availability;
        this.dependencies = dependencies;
        this.details = details;
        this.clock = clock;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var path = request.getRequestURI().substring(request.getContextPath().length());
        switch (path) {
            case Probes.READY -> answer(response, ready(), state(ready() ? "ready" : "refusing"));
            case Probes.LIVE -> answer(response, live(), state(live() ? "live" : "broken"));
            case Probes.HEALTH -> health(request, response);
            default -> chain.doFilter(request, response);
        }
    }

    private boolean ready() {
        return availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC;
    }

    private boolean live() {
        return availability.getLivenessState() == LivenessState.CORRECT;
    }

    private Map<String, Object> state(String status) {
        return Map.of("status", status, "instance", instance.id().value());
    }

    private void health(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var findings = dependencies.find();
        var allUp = findings.values().stream().allMatch(Finding::up);
        var serving = ready() && live();
        var status = !serving ? "down" : allUp ? "ok" : "degraded";
        answer(
                response,
                serving,
                tellsAll(request)
                        ? HealthReport.of(status, instance, findings, clock.instant())
                        : HealthReport.toStrangers(status, instance, findings));
    }

    // Behind the gateway this is the client's address, not the gateway's.
    private boolean tellsAll(HttpServletRequest request) {
        return switch (details) {
            case ALWAYS -> true;
            case PRIVATE -> PrivateAddress.is(request.getRemoteAddr());
            case NEVER -> false;
        };
    }

    private void answer(HttpServletResponse response, boolean good, Map<String, Object> body)
            throws IOException {
        var bytes = json.writeValueAsBytes(body);
        response.setStatus(good ? 200 : 503);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}

package dev.concertina.starter.tenant;

import dev.concertina.starter.request.Participant;
import dev.concertina.starter.request.Refusal;
import dev.concertina.starter.request.Tenancy;
import dev.concertina.starter.request.Tenant;
import dev.concertina.starter.request.Turn;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.Ordered;

/** Finds the tenant before limits are counted; it asks nothing of Redis. */
final class TenantParticipant implements Participant, Tenancy, Ordered {
    private static final Refusal MISSING =
            refusal(400, "No tenant", "The request does not say which tenant it is about.");
    private static final Refusal UNKNOWN =
            refusal(404, "Unknown tenant", "There is no such tenant.");
    static final Refusal FOREIGN =
            refusal(
                    403,
                    "Another tenant's",
                    "The credentials of this request are of another tenant.");

    private final Resolver resolver;

    TenantParticipant(Resolver resolver) {
        this.resolver = resolver;
    }

    private static Refusal refusal(int status, String title, String detail) {
        return new Refusal(status, title, detail, Duration.ZERO, Map.of());
    }

    @Override
    public Optional<String> script() {
        return Optional.empty();
    }

    @Override
    public Turn arrive(HttpServletRequest request) {
        return switch (resolver.of(request)) {
            case Resolution.Of found -> {
                request.setAttribute(Tenant.ATTRIBUTE, found.tenant());
                yield new Turn() {};
            }
            case Resolution.Nobodys nobodys -> new Turn() {};
            case Resolution.Missing missing -> refusing(MISSING);
            case Resolution.Unknown unknown -> refusing(UNKNOWN);
            case Resolution.Foreign foreign -> refusing(FOREIGN);
        };
    }

    private static Turn refusing(Refusal refusal) {
        return new Turn() {
            @Override
            public Optional<Refusal> refusal() {
                return Optional.of(refusal);
            }
        };
    }

    @Override
    public Optional<Tenant> of(HttpServletRequest request) {
        return Tenant.of(request);
    }

    /** After the token, whose claim it reads, and before the limits, which may count by it. */
    @Override
    public int getOrder() {
        return -50;
    }
}

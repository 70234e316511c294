package dev.concertina.registry.tenant;

import dev.concertina.starter.request.Tenant;
import java.util.Optional;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * The registry a request is about. {@code concertina.tenant.from} says how a request names its
 * tenant; one that names none, and every request where nothing is set, is about the public one.
 */
public final class Whose {
    public static final String PUBLIC = "public";

    private Whose() {}

    /** The tenant of the request this thread serves. */
    public static String registry() {
        return RequestContextHolder.getRequestAttributes()
                        instanceof ServletRequestAttributes attributes
                ? Tenant.of(attributes.getRequest()).map(Tenant::id).orElse(PUBLIC)
                : PUBLIC;
    }

    /** The tenant whose registry it is; empty for the public one. */
    public static Optional<Tenant> tenant(String registry) {
        return registry.equals(PUBLIC) ? Optional.empty() : Optional.of(new Tenant(registry));
    }
}

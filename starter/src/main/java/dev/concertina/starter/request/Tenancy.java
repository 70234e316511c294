package dev.concertina.starter.request;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** Says that requests have tenants. There is such a bean if, and only if, the application has. */
public interface Tenancy {
    /** The request's tenant, as soon as the request's questions are asked. */
    Optional<Tenant> of(HttpServletRequest request);
}

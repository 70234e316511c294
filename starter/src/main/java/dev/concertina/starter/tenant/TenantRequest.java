package dev.concertina.starter.tenant;

import dev.concertina.starter.request.Tenant;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

/** A request whose session belongs to its tenant from the first time both are seen together. */
final class TenantRequest extends HttpServletRequestWrapper {
    /** Session attribute that says whose the session is. */
    static final String OWNER = "concertina.tenant";

    private final Tenant tenant;

    TenantRequest(HttpServletRequest request, Tenant tenant) {
        super(request);
        this.tenant = tenant;
    }

    @Override
    public HttpSession getSession() {
        return own(super.getSession());
    }

    @Override
    public @Nullable HttpSession getSession(boolean create) {
        var session = super.getSession(create);
        return session == null ? null : own(session);
    }

    private HttpSession own(HttpSession session) {
        var owner = session.getAttribute(OWNER);
        if (owner == null) {
            session.setAttribute(OWNER, tenant);
        } else if (!owner.equals(tenant)) {
            throw new ForeignSession();
        }
        return session;
    }
}

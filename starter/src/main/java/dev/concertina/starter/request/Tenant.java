package dev.concertina.starter.request;

import jakarta.servlet.ServletRequest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whose data a request is about. It is the request attribute {@value #ATTRIBUTE}, and a handler may
 * take it as a parameter. 1 to 64 lower case letters, digits and dashes, so that it fits into a
 * host name, a path and a key.
 */
public record Tenant(String id) {
    public static final String ATTRIBUTE = "tenant";

    private static final String PROVEN = Tenant.class.getName() + ".proven";
    private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?");

    /**
     * @throws IllegalArgumentException if the id has another form
     */
    public Tenant {
        if (!FORM.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "a tenant's id is 1 to 64 of a-z, 0-9 and '-', beginning and ending with a"
                            + " letter or digit");
        }
    }

    /** Empty if this is no id of a tenant. */
    public static Optional<Tenant> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new Tenant(text)) : Optional.empty();
    }

    /** Whose data the request is about, once that was found out. */
    public static Optional<Tenant> of(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Tenant tenant
                ? Optional.of(tenant)
                : Optional.empty();
    }

    /** What a credential of the request says, and nobody could have made up. */
    public static Optional<String> proven(ServletRequest request) {
        return Optional.ofNullable((String) request.getAttribute(PROVEN));
    }

    /** Notes what a verified credential says, for whoever finds out the tenant. */
    public static void prove(ServletRequest request, String id) {
        request.setAttribute(PROVEN, id);
    }

    @Override
    public String toString() {
        return id;
    }
}

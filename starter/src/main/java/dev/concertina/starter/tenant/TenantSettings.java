package dev.concertina.starter.tenant;

import dev.concertina.starter.request.Tenant;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where a request says whose data it is about.
 *
 * @param from in this order; the first that says something counts; none: there are no tenants
 * @param header request field; something in front must set it, or a token or session agree
 * @param host pattern of the host, such as {@code {tenant}.example.org}
 * @param path pattern of the path, such as {@code /t/{tenant}/**}
 * @param known all tenants there are; none: as the {@link TenantDirectory} says, else any
 * @param required whether a request without one is refused
 * @param except paths that are nobody's
 * @param metrics whether requests are counted by tenant; default if {@code known} is given
 */
@ConfigurationProperties("concertina.tenant")
public record TenantSettings(
        @DefaultValue List<Source> from,
        @DefaultValue("X-Tenant-Id") String header,
        @DefaultValue("") String host,
        @DefaultValue("") String path,
        @DefaultValue List<String> known,
        @DefaultValue("true") boolean required,
        @DefaultValue({"/actuator/**", "/.well-known/**"}) List<String> except,
        Optional<Boolean> metrics) {
    static final String VARIABLE = "{tenant}";

    /** What says it. */
    public enum Source {
        /** The claim {@code tenant} of an access token. */
        TOKEN,
        HEADER,
        HOST,
        PATH
    }

    public TenantSettings {
        from = List.copyOf(from);
        known = List.copyOf(known);
        except = List.copyOf(except);
        needs(from, Source.HOST, "host", host, "{tenant}.example.org");
        needs(from, Source.PATH, "path", path, "/t/{tenant}/**");
        for (var id : known) {
            if (Tenant.parse(id).isEmpty()) {
                throw new IllegalArgumentException(
                        "concertina.tenant.known holds '"
                                + id
                                + "'. Write 1 to 64 of a-z, 0-9 and dashes, beginning and ending"
                                + " with a letter or digit.");
            }
        }
        for (var pattern : except) {
            if (!pattern.startsWith("/")) {
                throw new IllegalArgumentException(
                        "concertina.tenant.except holds '"
                                + pattern
                                + "'. Begin it with a slash, such as /assets/**.");
            }
        }
    }

    private static void needs(
            List<Source> from, Source source, String key, String value, String example) {
        if (from.contains(source) && !value.contains(VARIABLE)) {
            throw new IllegalArgumentException(
                    "concertina.tenant.from has "
                            + key
                            + ", but concertina.tenant."
                            + key
                            + " is '"
                            + value
                            + "'. Say where the tenant stands, such as "
                            + example
                            + ".");
        }
    }

    boolean counted() {
        return metrics.orElse(!known.isEmpty());
    }
}

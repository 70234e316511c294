package dev.concertina.starter.tenant;

import dev.concertina.starter.request.Tenant;
import dev.concertina.starter.tenant.TenantSettings.Source;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** Finds out whose data a request is about. It asks nobody. */
final class Resolver {
    private final TenantSettings settings;
    private final TenantDirectory directory;
    private final Pattern host;
    private final Optional<PathPattern> path;
    private final List<PathPattern> except;

    Resolver(TenantSettings settings, TenantDirectory directory) {
        this.settings = settings;
        this.directory = directory;
        this.host = host(settings.host());
        this.path =
                settings.path().isEmpty()
                        ? Optional.empty()
                        : Optional.of(parsed("concertina.tenant.path", settings.path()));
        this.except =
                settings.except().stream()
                        .map(pattern -> parsed("concertina.tenant.except", pattern))
                        .toList();
    }

    private static Pattern host(String pattern) {
        int at = pattern.indexOf(TenantSettings.VARIABLE);
        if (at < 0) {
            return Pattern.compile("(?!)");
        }
        var after = pattern.substring(at + TenantSettings.VARIABLE.length());
        return Pattern.compile(
                Pattern.quote(pattern.substring(0, at).toLowerCase(Locale.ROOT))
                        + "([^.]+)"
                        + Pattern.quote(after.toLowerCase(Locale.ROOT)));
    }

    private static PathPattern parsed(String key, String pattern) {
        try {
            return PathPatternParser.defaultInstance.parse(pattern);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    key + " holds '" + pattern + "': " + e.getMessage(), e);
        }
    }

    Resolution of(HttpServletRequest request) {
        var path =
                PathContainer.parsePath(
                        request.getRequestURI().substring(request.getContextPath().length()));
        if (except.stream().anyMatch(pattern -> pattern.matches(path))) {
            return new Resolution.Nobodys();
        }
        var said =
                settings.from().stream()
                        .flatMap(source -> said(source, request, path).stream())
                        .findFirst();
        if (said.isEmpty()) {
            return settings.required() ? new Resolution.Missing() : new Resolution.Nobodys();
        }
        var tenant = Tenant.parse(said.get()).filter(directory::knows);
        if (tenant.isEmpty()) {
            return new Resolution.Unknown();
        }
        // Whatever said it: a token of one tenant is no good at another.
        boolean foreign =
                Tenant.proven(request).filter(id -> !id.equals(tenant.get().id())).isPresent();
        return foreign ? new Resolution.Foreign() : new Resolution.Of(tenant.get());
    }

    private Optional<String> said(Source source, HttpServletRequest request, PathContainer path) {
        return switch (source) {
            case TOKEN -> Tenant.proven(request);
            case HEADER -> Optional.ofNullable(request.getHeader(settings.header()));
            case HOST -> inHost(request.getServerName());
            case PATH ->
                    this.path
                            .map(pattern -> pattern.matchAndExtract(path))
                            .map(match -> match.getUriVariables().get("tenant"));
        };
    }

    private Optional<String> inHost(String name) {
        var matcher = host.matcher(name.toLowerCase(Locale.ROOT));
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}

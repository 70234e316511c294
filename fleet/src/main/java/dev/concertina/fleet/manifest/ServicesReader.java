package dev.concertina.fleet.manifest;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code services:}. */
final class ServicesReader {
    private static final List<String> REDIS =
            List.of("redis", "rediss", "redis-sentinel", "redis-cluster");
    private static final List<String> POSTGRES = List.of("postgresql", "postgres");

    /** Credentials are taken out before the rest is parsed, because references are not URIs. */
    private static final Pattern CREDENTIALS =
            Pattern.compile("^([a-z-]+://)(?:([^:@/]*)(?::((?:\\$\\{[^}]*}|[^@/])*))?@)?(.*)$");

    private final ReadContext context;

    ServicesReader(ReadContext context) {
        this.context = context;
    }

    Manifest.Services read(Section section) {
        var redis = service(section, "redis", REDIS, "redis://host:6379");
        var postgres = service(section, "postgres", POSTGRES, "postgresql://host:5432/database");
        for (String other : List.of("s3", "mysql", "mongodb", "rabbitmq", "kafka")) {
            section.notYet(other, "Give its address to the application in app.env.");
        }
        section.end();
        return new Manifest.Services(redis, postgres);
    }

    private Optional<Manifest.Service> service(
            Section section, String name, List<String> schemes, String example) {
        var value = section.take(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get() instanceof Yaml.Mapping) {
            var parts = section.section(name);
            var url = parts.text("url");
            var user = parts.text("user").map(v -> References.check(context, parts.key("user"), v));
            var password =
                    parts.text("password")
                            .map(v -> References.check(context, parts.key("password"), v));
            parts.end();
            if (url.isEmpty()) {
                parts.wrong("url", "is missing.", "Write 'url: " + example + "'.");
            }
            return url.flatMap(u -> external(parts, "url", u, schemes, example))
                    .map(e ->
                            new Manifest.Service.External(
                                    e.url(), user.or(e::user), password.or(e::password)));
        }
        var text = section.text(name);
        if (text.isEmpty() || text.get().equals("none")) {
            return Optional.empty();
        }
        if (text.get().equals("embedded")) {
            return Optional.of(new Manifest.Service.Embedded());
        }
        return external(section, name, text.get(), schemes, example).map(e -> e);
    }

    private Optional<Manifest.Service.External> external(
            Section section, String key, String text, List<String> schemes, String example) {
        if (text.startsWith("${")) {
            section.wrong(
                    key,
                    "is a reference as a whole, which this version does not resolve here.",
                    "Write the address, and references for user and password only: "
                            + example.replace("://", "://user:${env:PASSWORD}@")
                            + ".");
            return Optional.empty();
        }
        var m = CREDENTIALS.matcher(text.startsWith("jdbc:") ? text.substring(5) : text);
        var write = "Write 'embedded' or " + example + ".";
        if (!m.matches()) {
            section.wrong(key, "is neither 'embedded' nor a URL.", write);
            return Optional.empty();
        }
        var scheme = m.group(1).replace("://", "");
        if (!schemes.contains(scheme)) {
            section.wrong(
                    key, "has a scheme other than " + String.join(", ", schemes) + ".", write);
            return Optional.empty();
        }
        try {
            var normal = scheme.equals("postgres") ? "postgresql://" : m.group(1);
            var url = new URI(normal + m.group(4));
            if (url.getHost() == null && !scheme.contains("-")) {
                section.wrong(key, "has no host.", write);
                return Optional.empty();
            }
            var full = section.key(key);
            return Optional.of(
                    new Manifest.Service.External(
                            url,
                            Optional.ofNullable(m.group(2))
                                    .filter(s -> !s.isEmpty())
                                    .map(v -> References.check(context, full, v)),
                            Optional.ofNullable(m.group(3))
                                    .map(v -> References.check(context, full, v))));
        } catch (URISyntaxException e) {
            section.wrong(key, "is not a URL: " + e.getReason() + ".", write);
            return Optional.empty();
        }
    }
}

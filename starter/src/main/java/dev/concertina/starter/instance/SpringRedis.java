package dev.concertina.starter.instance;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.core.env.ConfigurableEnvironment;

/** What {@code spring.data.redis.*} says, as one address; and the other way round. */
final class SpringRedis {
    private static final String PREFIX = "spring.data.redis.";

    private static final Pattern SEVERAL =
            Pattern.compile(
                    "redis(?<tls>s?)-(?<kind>sentinel|cluster)://(?:(?<user>[^@]*)@)?"
                            + "(?<nodes>[^/#]+)(?:/(?<path>[^#]*))?(?:#(?<name>.+))?");

    private SpringRedis() {}

    /** The keys that say the same to Spring, which knows several servers not by an address. */
    static Map<String, Object> keys(String url) {
        var several = SEVERAL.matcher(url);
        if (!several.matches()) {
            return Map.of(PREFIX + "url", url);
        }
        var keys = new LinkedHashMap<String, Object>();
        var kind = several.group("kind");
        keys.put(PREFIX + kind + ".nodes", several.group("nodes"));
        if (!several.group("tls").isEmpty()) {
            keys.put(PREFIX + "ssl.enabled", "true");
        }
        Optional.ofNullable(several.group("user"))
                .ifPresent(entry -> {
                    int colon = entry.indexOf(':');
                    if (colon > 0) {
                        keys.put(PREFIX + "username", decoded(entry.substring(0, colon)));
                    }
                    keys.put(PREFIX + "password", decoded(entry.substring(colon + 1)));
                });
        if (kind.equals("sentinel")) {
            var parts = Objects.requireNonNullElse(several.group("path"), "").split("/");
            var name = Optional.ofNullable(several.group("name"));
            keys.put(PREFIX + "sentinel.master", decoded(name.orElse(parts[parts.length - 1])));
            if (parts[0].matches("\\d+") && (name.isPresent() || parts.length > 1)) {
                keys.put(PREFIX + "database", parts[0]);
            }
        }
        return keys;
    }

    // What cannot be read is told by whoever connects.
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    static Optional<String> url(ConfigurableEnvironment environment) {
        var nodes = list(environment, "cluster.nodes");
        if (nodes.isPresent()) {
            return Optional.of(scheme(environment, "-cluster") + entry(environment) + nodes.get());
        }
        var primary = text(environment, "sentinel.master");
        if (primary.isPresent()) {
            var database = text(environment, "database").orElse("0");
            return list(environment, "sentinel.nodes")
                    .map(sentinels ->
                            scheme(environment, "-sentinel")
                                    + entry(environment)
                                    + sentinels
                                    + "/"
                                    + database
                                    + "#"
                                    + encoded(primary.get()));
        }
        return text(environment, "url").or(() -> host(environment));
    }

    private static Optional<String> host(ConfigurableEnvironment environment) {
        return text(environment, "host")
                .map(host ->
                        scheme(environment, "")
                                + entry(environment)
                                + host
                                + ":"
                                + text(environment, "port").orElse("6379")
                                + "/"
                                + text(environment, "database").orElse("0"));
    }

    private static String scheme(ConfigurableEnvironment environment, String kind) {
        boolean tls = text(environment, "ssl.enabled").filter("true"::equals).isPresent();
        return (tls ? "rediss" : "redis") + kind + "://";
    }

    private static String entry(ConfigurableEnvironment environment) {
        return text(environment, "password")
                .map(password ->
                        text(environment, "username").map(SpringRedis::encoded).orElse("")
                                + ":"
                                + encoded(password)
                                + "@")
                .orElse("");
    }

    // Either one text with commas, or one key for each.
    private static Optional<String> list(ConfigurableEnvironment environment, String key) {
        return text(environment, key)
                .map(nodes -> nodes.replace(" ", ""))
                .or(() ->
                        Optional.of(
                                        IntStream.range(0, 100)
                                                .mapToObj(
                                                        i -> text(environment, key + "[" + i + "]"))
                                                .takeWhile(Optional::isPresent)
                                                .flatMap(Optional::stream)
                                                .collect(Collectors.joining(",")))
                                .filter(nodes -> !nodes.isEmpty()));
    }

    private static Optional<String> text(ConfigurableEnvironment environment, String key) {
        return Optional.ofNullable(environment.getProperty(PREFIX + key))
                .filter(value -> !value.isBlank());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

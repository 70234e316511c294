package dev.concertina.starter.request;

import io.lettuce.core.RedisURI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, read from {@code concertina.redis.url}: one server, the Sentinels that know which
 * one it is, or some nodes of a cluster.
 */
sealed interface RedisAddress {
    int PORT = 6379;
    int SENTINEL_PORT = 26379;

    /** As far as it goes, of the form {@code scheme://[user[:password]@]hosts[/path]}. */
    Pattern FORM =
            Pattern.compile(
                    "(?<scheme>rediss?-(?:sentinel|cluster))://(?:(?<user>[^@]*)@)?"
                            + "(?<hosts>[^/#@?]+)(?:/(?<path>[^#]*))?(?:#(?<name>.+))?");

    /**
     * How to enter.
     *
     * @param tls whether connections are encrypted
     */
    record Entry(Optional<String> user, Optional<String> password, boolean tls) {
        /** Not the password: it must not get into a log. */
        @Override
        public String toString() {
            return "Entry[tls=" + tls + "]";
        }
    }

    /** One server, in Lettuce's own form. */
    record Single(RedisURI uri) implements RedisAddress {}

    /**
     * Sentinels.
     *
     * @param primary the name they know it by
     * @param entry to the primary
     */
    record Sentinel(List<RedisNode> sentinels, String primary, int database, Entry entry)
            implements RedisAddress {}

    /** Some nodes of a cluster; they know the others. */
    record Cluster(List<RedisNode> nodes, Entry entry) implements RedisAddress {}

    /**
     * @throws UnusableStoreException if it is none; the message does not repeat it, because it may
     *     hold a password
     */
    static RedisAddress parse(String url) {
        var text = url.strip();
        if (text.matches("rediss?-(sentinel|cluster):.*")) {
            return several(text);
        }
        try {
            return new Single(RedisURI.create(text));
        } catch (IllegalArgumentException e) {
            throw malformed("redis://[user:password@]host:port[/database]");
        }
    }

    private static RedisAddress several(String text) {
        boolean cluster = text.contains("-cluster:");
        var form =
                cluster
                        ? "redis-cluster://[user:password@]host:port,host:port"
                        : "redis-sentinel://[user:password@]host:port,host:port/name";
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw malformed(form);
        }
        var nodes = new ArrayList<RedisNode>();
        for (var host : match.group("hosts").split(",", -1)) {
            nodes.add(
                    RedisNode.parse(host.strip(), cluster ? PORT : SENTINEL_PORT)
                            .orElseThrow(() -> malformed(form)));
        }
        var entry = entry(match.group("user"), text.startsWith("rediss"));
        var path = Optional.ofNullable(match.group("path")).orElse("");
        var name = Optional.ofNullable(match.group("name"));
        if (cluster) {
            if (!path.isEmpty() && !path.equals("0")) {
                throw malformed(form + ", without a database: a cluster has only one");
            }
            return new Cluster(List.copyOf(nodes), entry);
        }
        var parts = path.split("/");
        var primary = name.orElse(parts[parts.length - 1]);
        boolean hasDatabase = name.isPresent() ? !path.isEmpty() : parts.length > 1;
        if (primary.isBlank() || (hasDatabase && !parts[0].matches("\\d{1,5}"))) {
            throw malformed(form + ", where name is what the Sentinels call the primary");
        }
        return new Sentinel(
                List.copyOf(nodes),
                decoded(primary),
                hasDatabase ? Integer.parseInt(parts[0]) : 0,
                entry);
    }

    // What stands alone before the @ is the password, as in Lettuce and Spring.
    private static Entry entry(@Nullable String given, boolean tls) {
        if (given == null || given.isEmpty()) {
            return new Entry(Optional.empty(), Optional.empty(), tls);
        }
        int colon = given.indexOf(':');
        var user =
                Optional.of(given).filter(text -> colon > 0).map(text -> text.substring(0, colon));
        var password = decoded(given.substring(colon + 1));
        return new Entry(user.map(RedisAddress::decoded), Optional.of(password), tls);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw malformed("redis-cluster://user:password@host, with % written as %25");
        }
    }

    private static UnusableStoreException malformed(String form) {
        return new UnusableStoreException(
                "concertina.redis.url (or REDIS_URL) is not an address of the form " + form + ".",
                "Write it so. The value is not repeated here because it may hold a password.");
    }
}

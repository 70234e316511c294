package dev.concertina.starter.database;

import dev.concertina.starter.instance.BadSetting;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a replica is.
 *
 * @param name for people: without user and password
 */
record ReplicaAddress(String name, String url, Optional<String> user, Optional<String> password) {
    static ReplicaAddress parse(String text, int number) {
        var given = text.strip();
        if (given.startsWith("jdbc:postgresql://")) {
            var bare = given.split("\\?", 2)[0].substring("jdbc:postgresql://".length());
            return new ReplicaAddress("replica " + bare, given, Optional.empty(), Optional.empty());
        }
        try {
            var uri = URI.create(given.replaceFirst("^postgres:", "postgresql:"));
            if ("postgresql".equals(uri.getScheme()) && uri.getHost() != null) {
                return of(uri);
            }
        } catch (IllegalArgumentException e) {
            throw bad(number);
        }
        throw bad(number);
    }

    private static ReplicaAddress of(URI uri) {
        var place =
                uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()) + uri.getRawPath();
        var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        var parts =
                uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
        return new ReplicaAddress(
                "replica " + place,
                "jdbc:postgresql://" + place + query,
                parts.length > 0 ? Optional.of(decoded(parts[0])) : Optional.empty(),
                parts.length > 1 ? Optional.of(decoded(parts[1])) : Optional.empty());
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    // The value may hold a password, so it is not repeated.
    private static BadSetting bad(int number) {
        return new BadSetting(
                "concertina.database.replicas[" + number + "] is no address.",
                "Write it like postgresql://host:5432/database.");
    }
}

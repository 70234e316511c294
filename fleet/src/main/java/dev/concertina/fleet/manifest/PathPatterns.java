package dev.concertina.fleet.manifest;

import java.util.Optional;
import java.util.regex.Pattern;

/** Reads path patterns, as {@link dev.concertina.contract.Policies} defines them. */
final class PathPatterns {
    private static final Pattern OCTETS = Pattern.compile("[\\x21-\\x7e&&[^?#;\\\\\"<>^`{|}]]+");
    private static final Pattern DOTS = Pattern.compile("/\\.{1,2}(/|$)");

    private PathPatterns() {}

    static Optional<String> read(Section section, String key) {
        var text = section.text(key);
        if (text.isEmpty()) {
            if (!section.has(key)) {
                section.wrong(key, "is missing.", "Write 'path: /api/**'.");
            }
            return text;
        }
        var path = text.get();
        if (!path.startsWith("/")) {
            section.wrong(key, "does not begin with '/'.", "Write /" + path + ".");
            return Optional.empty();
        }
        if (!OCTETS.matcher(path).matches() || DOTS.matcher(path).find()) {
            section.wrong(
                    key,
                    "can match no path.",
                    "Write it as it is sent, without a query, '.' and '..'.");
            return Optional.empty();
        }
        int all = path.indexOf("**");
        if (all >= 0 && (all != path.length() - 2 || path.charAt(all - 1) != '/')) {
            section.wrong(
                    key,
                    "has '**' elsewhere than as its last segment.",
                    "Write " + path.substring(0, path.lastIndexOf('/', all) + 1) + "**, or '*'.");
            return Optional.empty();
        }
        return text;
    }

    /** A prefix that ends with {@code /}. */
    static Optional<String> folder(Section section, String key) {
        var path = read(section, key);
        if (path.isPresent() && path.get().contains("*")) {
            section.wrong(
                    key,
                    "has a '*'; a folder is everything below its path.",
                    "Write " + path.get().substring(0, path.get().indexOf('*')) + ".");
            return Optional.empty();
        }
        if (path.isPresent() && !path.get().endsWith("/")) {
            section.wrong(key, "does not end with '/'.", "Write " + path.get() + "/.");
            return Optional.empty();
        }
        return path;
    }
}

package dev.concertina.fleet.manifest;

import dev.concertina.contract.Policies.Affinity;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the names and values that end up in HTTP fields (RFC 9110 section 5). */
final class HeaderWords {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,63}");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]{0,4000}");
    private static final Pattern COOKIE = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final String USUAL_COOKIE = "concertina";

    /** They belong to one message or one connection, and only its sender knows them. */
    private static final Set<String> FRAMING =
            Set.of(
                    "connection",
                    "content-encoding",
                    "content-length",
                    "content-range",
                    "content-type",
                    "date",
                    "keep-alive",
                    "proxy-authenticate",
                    "set-cookie",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private HeaderWords() {}

    static Map<String, String> headers(ReadContext context, Section gateway) {
        var headers = new LinkedHashMap<String, String>();
        gateway.texts("headers")
                .forEach((name, value) -> {
                    var key = gateway.key("headers") + "." + name;
                    if (!NAME.matcher(name).matches()) {
                        problem(
                                context,
                                key,
                                name,
                                "is not a field's name.",
                                "Use letters, digits and '-'.");
                    } else if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
                        problem(
                                context,
                                key,
                                value,
                                "is told by whoever sends the message.",
                                "Remove it.");
                    } else if (!VALUE.matcher(value).matches()) {
                        problem(
                                context,
                                key,
                                value,
                                "has characters that a field cannot carry.",
                                "Use printable ASCII on one line.");
                    } else {
                        headers.put(name, value);
                    }
                });
        return headers;
    }

    private static void problem(
            ReadContext context, String key, String value, String message, String next) {
        var place = context.places().getOrDefault(key, Place.nowhereIn(""));
        context.problem(place, key, value, key + " " + message, next);
    }

    /** {@code true}, {@code false}, or a mapping with the cookie's name. */
    static Optional<Affinity> affinity(Section gateway) {
        if (gateway.take("affinity").isEmpty() || gateway.off("affinity")) {
            return Optional.empty();
        }
        if (gateway.on("affinity")) {
            return Optional.of(new Affinity(USUAL_COOKIE));
        }
        var section = gateway.section("affinity");
        var cookie = section.text("cookie");
        section.end();
        if (cookie.isPresent() && !COOKIE.matcher(cookie.get()).matches()) {
            section.wrong("cookie", "is not a cookie's name.", "Use letters, digits, '-' and '_'.");
        }
        return Optional.of(new Affinity(cookie.orElse(USUAL_COOKIE)));
    }
}

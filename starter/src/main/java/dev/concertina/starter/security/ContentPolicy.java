package dev.concertina.starter.security;

import dev.concertina.starter.security.SecuritySettings.Csp;
import dev.concertina.starter.security.SecuritySettings.CspMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a page may load (Content Security Policy Level 3), put together once. */
final class ContentPolicy {
    private static final String NONCE = "'nonce'";
    private static final String NONE = "'none'";
    private static final Map<String, List<String>> DEFAULTS = defaults();
    private static final List<String> FURTHER =
            List.of(
                    "child-src",
                    "font-src",
                    "manifest-src",
                    "media-src",
                    "script-src-attr",
                    "script-src-elem",
                    "style-src-attr",
                    "style-src-elem",
                    "worker-src");

    private final String field;
    private final String[] aroundNonce;
    private final boolean framesGiven;

    ContentPolicy(Csp settings) {
        var directives = merged(settings.sources());
        this.framesGiven = directives.containsKey("frame-ancestors");
        var parts = new ArrayList<String>();
        directives.forEach((name, sources) -> parts.add(name + " " + String.join(" ", sources)));
        settings.reportUri().ifPresent(uri -> parts.add("report-uri " + source("report-uri", uri)));
        this.aroundNonce = String.join("; ", parts).split(NONCE, -1);
        this.field =
                settings.mode() == CspMode.REPORT
                        ? "Content-Security-Policy-Report-Only"
                        : "Content-Security-Policy";
    }

    private static Map<String, List<String>> defaults() {
        var all = new LinkedHashMap<String, List<String>>();
        all.put("default-src", List.of("'self'"));
        all.put("script-src", List.of("'self'", NONCE));
        all.put("style-src", List.of("'self'", NONCE));
        all.put("img-src", List.of("'self'", "data:"));
        all.put("connect-src", List.of("'self'"));
        all.put("object-src", List.of(NONE));
        all.put("frame-src", List.of("'self'"));
        all.put("base-uri", List.of("'self'"));
        all.put("form-action", List.of("'self'"));
        return all;
    }

    private static Map<String, List<String>> merged(Map<String, List<String>> further) {
        var all = new LinkedHashMap<String, List<String>>(DEFAULTS);
        further.forEach((name, sources) -> {
            if (!DEFAULTS.containsKey(name)
                    && !FURTHER.contains(name)
                    && !name.equals("frame-ancestors")) {
                throw new IllegalArgumentException(
                        "concertina.security.csp.sources has '"
                                + name
                                + "', which is no directive. Known are frame-ancestors, "
                                + String.join(", ", DEFAULTS.keySet())
                                + ", "
                                + String.join(", ", FURTHER)
                                + ".");
            }
            var list = new ArrayList<>(all.getOrDefault(name, List.of()));
            list.remove(NONE);
            sources.forEach(source -> list.add(source(name, source)));
            // Beside a nonce browsers ignore 'unsafe-inline'.
            if (list.contains("'unsafe-inline'")) {
                list.remove(NONCE);
            }
            all.put(name, list.isEmpty() ? List.of(NONE) : list);
        });
        return all;
    }

    private static String source(String directive, String source) {
        if (source.isEmpty()
                || source.chars().anyMatch(c -> c <= ' ' || c > '~' || c == ';' || c == ',')) {
            throw new IllegalArgumentException(
                    "concertina.security.csp, "
                            + directive
                            + ": '"
                            + source
                            + "' is not one source. Write sources one by one, without spaces,"
                            + " commas or semicolons.");
        }
        return source;
    }

    /** The field's name. */
    String field() {
        return field;
    }

    /**
     * @param frames who may frame the page, as {@code X-Frame-Options} of the same answer says
     */
    String text(String nonce, Optional<String> frames) {
        var text = String.join("'nonce-" + nonce + "'", aroundNonce);
        return framesGiven
                ? text
                : frames.map(who -> text + "; frame-ancestors " + who).orElse(text);
    }
}

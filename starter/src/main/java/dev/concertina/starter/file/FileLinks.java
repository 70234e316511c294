package dev.concertina.starter.file;

import dev.concertina.starter.seal.Signet;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Links to this application that say what they allow and until when, with a mark over every
 * character of it. The form is {@code path/tenant/id/name?until=seconds&as=inline&mark=…}; one that
 * was altered anywhere, or that somebody added to, is nobody's.
 */
final class FileLinks {
    private static final String MARK = "&mark=";
    private static final Pattern FORM =
            Pattern.compile("/([^/]+)/([^/]+)/[^/]+\\?until=([0-9]{1,12})&as=(inline|attachment)");

    private final Optional<Signet> signet;
    private final String base;
    private final String path;
    private final Duration lifeMax;
    private final Clock clock;

    /**
     * @param signet empty where the store checks links itself
     * @param base what a link begins with; may be empty
     * @param path with the context path
     */
    FileLinks(Optional<Signet> signet, String base, String path, Duration lifeMax, Clock clock) {
        this.signet = signet;
        this.base = base;
        this.path = path;
        this.lifeMax = lifeMax;
        this.clock = clock;
    }

    /** What a link leads to. */
    sealed interface Target {
        record Allowed(FileKey key, boolean inline, Instant until) implements Target {}

        /** It was good once. */
        record Expired() implements Target {}

        /** Nobody here made it. */
        record Unknown() implements Target {}
    }

    void check(Link link) {
        if (link.life().compareTo(lifeMax) > 0) {
            throw new IllegalArgumentException(
                    "A link that lives for "
                            + link.life()
                            + " is not allowed. Give it "
                            + lifeMax
                            + " at most, or raise concertina.file.link-max.");
        }
    }

    URI make(FileKey key, String name, Link link) {
        // In whole seconds, and never shorter than asked.
        var until = clock.instant().plus(link.life()).plusMillis(999).getEpochSecond();
        var text =
                path
                        + "/"
                        + key.tenant()
                        + "/"
                        + key.id()
                        + "/"
                        + escaped(name)
                        + "?until="
                        + until
                        + "&as="
                        + (link.inline() ? "inline" : "attachment");
        return URI.create(base + text + MARK + mark(text));
    }

    /**
     * @param asked path and query as they came, undecoded
     */
    Target target(String asked) {
        int at = asked.lastIndexOf(MARK);
        if (at < 0 || !asked.startsWith(path + "/")) {
            return new Target.Unknown();
        }
        var text = asked.substring(0, at);
        if (!recognises(text, asked.substring(at + MARK.length()))) {
            return new Target.Unknown();
        }
        var form = FORM.matcher(text.substring(path.length()));
        if (!form.matches()) {
            return new Target.Unknown();
        }
        var until = Instant.ofEpochSecond(Long.parseLong(form.group(3)));
        if (!clock.instant().isBefore(until)) {
            return new Target.Expired();
        }
        return FileKey.of(form.group(1), form.group(2))
                .<Target>map(key -> new Target.Allowed(key, form.group(4).equals("inline"), until))
                .orElseGet(Target.Unknown::new);
    }

    private String mark(String text) {
        var mark =
                signet.orElseThrow(() -> new IllegalStateException("links are not signed here"))
                        .mark("GET " + text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mark);
    }

    private boolean recognises(String text, String mark) {
        try {
            // What decodes alike but is written otherwise was altered too.
            var bytes = Base64.getUrlDecoder().decode(mark);
            var written = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            return written.equals(mark)
                    && signet.filter(s -> s.recognises("GET " + text, bytes)).isPresent();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String escaped(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }
}

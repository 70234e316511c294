package dev.concertina.fleet.render;

import java.time.Duration;
import java.util.function.Consumer;

/** The syntax of nginx.conf: directives, blocks, quoting. */
final class NginxText {
    private final StringBuilder out = new StringBuilder();
    private int depth;

    /** One directive, its words as they are. */
    NginxText line(String directive) {
        return indented(directive + ";");
    }

    NginxText comment(String text) {
        return indented("# " + text);
    }

    NginxText block(String head, Consumer<NginxText> inner) {
        indented(head + " {");
        depth++;
        inner.accept(this);
        depth--;
        return indented("}");
    }

    private NginxText indented(String text) {
        out.append("    ".repeat(depth)).append(text).append('\n');
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }

    /** A text that stands for itself where nginx expands no variables. */
    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** A text that stands for itself where nginx expands variables; it has no escape for them. */
    static String literal(String text) {
        return quoted(text.replace("$", "${dollar}"));
    }

    /**
     * A path pattern as a regular expression for {@code $uri}, which is decoded and without dot
     * segments. A path parameter ({@code ;name=value}) is part of no segment, because servers cut
     * it off; and {@code \z}, because {@code $} also matches before a line break.
     */
    static String regex(String pattern) {
        boolean open = pattern.endsWith("/**");
        String fixed = open ? pattern.substring(0, pattern.length() - 3) : pattern;
        while (fixed.endsWith("/")) {
            fixed = fixed.substring(0, fixed.length() - 1);
        }
        var regex = new StringBuilder();
        for (String segment : fixed.isEmpty() ? new String[0] : fixed.substring(1).split("/", -1)) {
            regex.append('/');
            segment.chars()
                    .forEach(c -> {
                        if (c == '*') {
                            regex.append("[^/;]*");
                        } else if (Character.isLetterOrDigit(c) || c == '_') {
                            regex.append((char) c);
                        } else {
                            regex.append('\\').append((char) c);
                        }
                    });
            regex.append("(?:;[^/]*)?");
        }
        return regex.append(open ? "(?:/|\\z)" : "/?\\z").toString();
    }

    static String time(Duration duration) {
        return duration.toMillis() + "ms";
    }
}

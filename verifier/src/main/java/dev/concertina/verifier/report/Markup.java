package dev.concertina.verifier.report;

/** Text inside XML and HTML. */
final class Markup {
    private Markup() {}

    /** Safe as content and as a quoted attribute; characters that XML 1.0 forbids become U+FFFD. */
    static String escaped(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '<' -> out.append("&lt;");
                        case '>' -> out.append("&gt;");
                        case '&' -> out.append("&amp;");
                        case '"' -> out.append("&quot;");
                        case '\'' -> out.append("&#39;");
                        default -> out.appendCodePoint(allowed(c) ? c : 0xFFFD);
                    }
                });
        return out.toString();
    }

    // XML 1.0 (fifth edition) section 2.2
    private static boolean allowed(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= 0x20 && c <= 0xD7FF)
                || (c >= 0xE000 && c <= 0xFFFD)
                || c >= 0x10000;
    }
}

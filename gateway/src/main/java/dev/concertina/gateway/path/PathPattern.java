package dev.concertina.gateway.path;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A path pattern of the manifest: begins with {@code /}; {@code *} stands for any octets within one
 * segment, {@code **} as the last segment for everything below and the folder itself. A slash at
 * the end does not count, in the pattern as in the path.
 */
public final class PathPattern {
    private static final byte[][] ROOT = {};

    private final String text;
    private final byte[][] segments;
    private final boolean open;

    private PathPattern(String text, byte[][] segments, boolean open) {
        this.text = text;
        this.segments = segments;
        this.open = open;
    }

    /**
     * Compiles a pattern; its own spelling does not matter either.
     *
     * @throws IllegalArgumentException naming the pattern and what is wrong with it
     */
    public static PathPattern of(String pattern) {
        if (!pattern.startsWith("/")) {
            throw wrong(pattern, "does not begin with '/'. Write /" + pattern);
        }
        for (char c : new char[] {'?', '#', ';', '\\'}) {
            if (pattern.indexOf(c) >= 0) {
                throw wrong(pattern, "holds '" + c + "', which no path to match has. Remove it");
            }
        }
        RequestPath path = new RequestPath();
        path.read(pattern);
        String plain = path.toString();
        boolean open = plain.equals("/**") || plain.endsWith("/**");
        String fixed = open ? plain.substring(0, plain.length() - 3) : plain;
        if (fixed.contains("**")) {
            throw wrong(pattern, "has '**' elsewhere than as its last segment. Use '*' there");
        }
        return new PathPattern(pattern, segments(fixed), open);
    }

    private static IllegalArgumentException wrong(String pattern, String how) {
        return new IllegalArgumentException("path pattern '" + pattern + "' " + how + '.');
    }

    private static byte[][] segments(String fixed) {
        String inner = fixed.startsWith("/") ? fixed.substring(1) : fixed;
        if (inner.endsWith("/")) {
            inner = inner.substring(0, inner.length() - 1);
        }
        if (inner.isEmpty()) {
            return ROOT;
        }
        String[] words = inner.split("/", -1);
        byte[][] segments = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            segments[i] = words[i].getBytes(UTF_8);
        }
        return segments;
    }

    /** Whether any reading of the path matches, so that no spelling escapes. */
    public boolean matches(RequestPath path) {
        for (int i = 0; i < path.readings(); i++) {
            if (matches(path.octets(), path.start(i), path.end(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(byte[] octets, int start, int end) {
        int at = start;
        if (at == end || octets[at] != '/') {
            return false;
        }
        for (byte[] segment : segments) {
            if (at == end) {
                return false;
            }
            int first = at + 1;
            at = first;
            while (at < end && octets[at] != '/') {
                at++;
            }
            if (!matches(segment, octets, first, at)) {
                return false;
            }
        }
        return open || at == end || at + 1 == end;
    }

    /** One segment; goes back to the last star only, which is enough for stars. */
    private static boolean matches(byte[] pattern, byte[] octets, int start, int end) {
        int at = start;
        int p = 0;
        int star = -1;
        int resume = start;
        while (at < end) {
            if (p < pattern.length && pattern[p] == '*') {
                star = p++;
                resume = at;
            } else if (p < pattern.length && pattern[p] == octets[at]) {
                p++;
                at++;
            } else if (star >= 0) {
                p = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}

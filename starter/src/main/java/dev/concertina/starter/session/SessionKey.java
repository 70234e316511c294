package dev.concertina.starter.session;

import java.util.Optional;
import java.util.regex.Pattern;

/** Where a session is kept: shard tag in braces, and the hash of the id. */
record SessionKey(String value) {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{4}):([A-Za-z0-9_-]{43})");

    static SessionKey of(String tag, String hash) {
        return new SessionKey("{" + tag + "}:" + hash);
    }

    /** The shard tag, without braces. */
    String tag() {
        return value.substring(1, value.indexOf('}'));
    }

    /**
     * What the session is called where people and applications see it: {@code tag:hash}. Nobody can
     * make a cookie of it.
     */
    String name() {
        return tag() + value.substring(value.indexOf('}') + 1);
    }

    /** The key of that name; empty when the text is none. */
    static Optional<SessionKey> named(String name) {
        var parts = NAME.matcher(name);
        return parts.matches() ? Optional.of(of(parts.group(1), parts.group(2))) : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}

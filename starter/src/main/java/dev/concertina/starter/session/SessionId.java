package dev.concertina.starter.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the cookie holds: one of the {@link Shards} and 256 random bits, joined by a dot. Only its
 * hash is kept anywhere, so that a copy of the store lets nobody in.
 */
record SessionId(String value) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{4}\\.[A-Za-z0-9_-]{43}");
    private static final int TAG = 4;

    static SessionId random() {
        return new SessionId(Shards.TAGS.get(RANDOM.nextInt(Shards.COUNT)) + "." + text(32));
    }

    /** A new id in the same shard, so that one script can move the session. */
    SessionId successor() {
        return new SessionId(value.substring(0, TAG) + "." + text(32));
    }

    /** Empty when the text is not of the form of an id; then there is nothing to look up. */
    static Optional<SessionId> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new SessionId(text)) : Optional.empty();
    }

    SessionKey key() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var hash = digest.digest(value.getBytes(StandardCharsets.US_ASCII));
            var text = Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
            return SessionKey.of(value.substring(0, TAG), text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    static String text(int bytes) {
        var chance = new byte[bytes];
        RANDOM.nextBytes(chance);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(chance);
    }

    /** Not the id itself: it must not get into a log. */
    @Override
    public String toString() {
        return "session " + key();
    }
}

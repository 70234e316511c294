package dev.concertina.starter.token;

import dev.concertina.starter.request.UserTag;
import dev.concertina.starter.seal.Signet;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A refresh token as the client holds it: {@code user.family.generation.mark}. The mark follows
 * from the rest, so the successor of a token is the same whoever asks and however often.
 *
 * @param family random, kept nowhere but here
 */
record RefreshToken(UserTag user, String family, long generation) {
    private static final Pattern FORM =
            Pattern.compile(
                    "([A-Za-z0-9_-]{20})\\.([A-Za-z0-9_-]{22})\\.([1-9][0-9]{0,14})"
                            + "\\.([A-Za-z0-9_-]{43})");
    private static final int LENGTH_MAX = 128;

    /** The token, or empty when it is not one or its mark is not ours. */
    static Optional<RefreshToken> read(String text, Signet signet) {
        if (text.length() > LENGTH_MAX) {
            return Optional.empty();
        }
        var parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        var token =
                new RefreshToken(
                        new UserTag(parts.group(1)),
                        parts.group(2),
                        Long.parseLong(parts.group(3)));
        var mark = Base64.getUrlDecoder().decode(parts.group(4));
        return signet.recognises(token.unmarked(), mark) ? Optional.of(token) : Optional.empty();
    }

    String text(Signet signet) {
        var mark = signet.mark(unmarked());
        return unmarked() + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(mark);
    }

    private String unmarked() {
        return user.value() + '.' + family + '.' + generation;
    }

    FamilyKey key() {
        return new FamilyKey(user, UserTag.hash("family\n" + family));
    }

    RefreshToken of(long generation) {
        return new RefreshToken(user, family, generation);
    }

    @Override
    public String toString() {
        return "RefreshToken[" + user + ", " + generation + "]";
    }
}

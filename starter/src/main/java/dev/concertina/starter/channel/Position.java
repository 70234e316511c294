package dev.concertina.starter.channel;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A place in a channel: after which publication. A fail-over of the store may lose the end of a
 * channel and write another one under the same numbers; the mark, which is chance, tells them
 * apart.
 *
 * @param epoch one life of the channel's history
 * @param offset counts publications from 1
 * @param mark of the publication at this offset
 */
public record Position(String epoch, long offset, String mark) {
    private static final Pattern FORM =
            Pattern.compile("([a-z0-9]{8})-([1-9][0-9]{0,14})-([a-z0-9]{8})");

    /** Reads {@link #toString}; empty if this is none. */
    public static Optional<Position> parse(String text) {
        var match = FORM.matcher(text);
        return match.matches()
                ? Optional.of(
                        new Position(
                                match.group(1), Long.parseLong(match.group(2)), match.group(3)))
                : Optional.empty();
    }

    /** As clients see and send it: {@code epoch-offset-mark}. */
    @Override
    public String toString() {
        return epoch + '-' + offset + '-' + mark;
    }
}

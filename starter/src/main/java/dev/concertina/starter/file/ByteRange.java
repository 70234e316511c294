package dev.concertina.starter.file;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A part of a file that a request asks for (RFC 9110, 14).
 *
 * @param from of 0
 */
record ByteRange(long from, long length) {
    private static final Pattern FORM =
            Pattern.compile("bytes=\\s*([0-9]{0,18})-([0-9]{0,18})\\s*");

    /** What a {@code Range} field asks for. */
    sealed interface Asked {
        /** No range, or one we may leave unheard: several at once, another unit. */
        record Whole() implements Asked {}

        record Part(ByteRange range) implements Asked {}

        /** 416. */
        record Nothing() implements Asked {}
    }

    static Asked of(Optional<String> field, long size) {
        var form = FORM.matcher(field.orElse(""));
        if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
            return new Asked.Whole();
        }
        if (form.group(1).isEmpty()) {
            long last = Math.min(Long.parseLong(form.group(2)), size);
            return last == 0 ? new Asked.Nothing() : part(size - last, last);
        }
        long from = Long.parseLong(form.group(1));
        long to = form.group(2).isEmpty() ? size - 1 : Long.parseLong(form.group(2));
        if (!form.group(2).isEmpty() && to < from) {
            return new Asked.Whole();
        }
        return from >= size ? new Asked.Nothing() : part(from, Math.min(to, size - 1) - from + 1);
    }

    private static Asked part(long from, long length) {
        return new Asked.Part(new ByteRange(from, length));
    }
}

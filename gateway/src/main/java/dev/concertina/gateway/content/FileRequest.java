package dev.concertina.gateway.content;

import org.jspecify.annotations.Nullable;

/**
 * What matters of a GET or HEAD request for a file. The fields are as they came, null where there
 * is none; one that came several times is joined with commas.
 *
 * @param head whether it is HEAD
 * @param query what follows the question mark, null if there is none
 * @param accepted codings, from {@link Accepted}
 */
public record FileRequest(
        boolean head,
        @Nullable String query,
        long accepted,
        @Nullable String ifMatch,
        @Nullable String ifUnmodifiedSince,
        @Nullable String ifNoneMatch,
        @Nullable String ifModifiedSince,
        @Nullable String ifRange,
        @Nullable String range) {

    /** Without conditions. */
    public static FileRequest get() {
        return new FileRequest(false, null, Accepted.NOTHING, null, null, null, null, null, null);
    }
}

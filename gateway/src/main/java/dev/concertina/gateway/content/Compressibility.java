package dev.concertina.gateway.content;

import org.jspecify.annotations.Nullable;

/**
 * Whether one response is to be compressed. Told each field of the response's head, then asked.
 * Used again for the next response; not for several threads; makes no garbage.
 *
 * <p>If {@link #choose} names a coding, the head that goes on has {@code Content-Encoding} with its
 * token, no {@code Content-Length} and no {@code Accept-Ranges}, and its ETag is made weak if
 * {@link #strongTag} (RFC 9110 section 8.8.1: the octets are not the instance's any more). If
 * {@link #variesNow}, it has {@code Vary: Accept-Encoding} added, whether or not this client gets
 * it compressed (section 12.5.5).
 */
public final class Compressibility {
    private static final byte[] VARY = Ascii.lower("Vary");
    private static final byte[] ETAG = Ascii.lower("ETag");
    private static final byte[] DIGEST = Ascii.lower("Digest");
    private static final byte[] CONTENT_MD5 = Ascii.lower("Content-MD5");
    private static final byte[] REPR_DIGEST = Ascii.lower("Repr-Digest");
    private static final byte[] CONTENT_TYPE = Ascii.lower("Content-Type");
    private static final byte[] CACHE_CONTROL = Ascii.lower("Cache-Control");
    private static final byte[] CONTENT_RANGE = Ascii.lower("Content-Range");
    private static final byte[] CONTENT_DIGEST = Ascii.lower("Content-Digest");
    private static final byte[] CONTENT_ENCODING = Ascii.lower("Content-Encoding");
    private static final byte[] NO_TRANSFORM = Ascii.lower("no-transform");
    private static final byte[] ACCEPT_ENCODING = Ascii.lower("Accept-Encoding");
    private static final byte[] ANY = Ascii.lower("*");
    private static final byte[] IDENTITY = Ascii.lower("identity");
    private static final byte[] EVENT_STREAM = Ascii.lower("text/event-stream");

    private CompressionRules rules = CompressionRules.off();
    private boolean gains;
    private boolean fixed;
    private boolean varies;
    private boolean strongTag;
    private boolean eventStream;
    private boolean eligible;

    /** Forgets the last response. */
    public void begin(CompressionRules obeyed) {
        rules = obeyed;
        gains = false;
        fixed = false;
        varies = false;
        strongTag = false;
        eventStream = false;
        eligible = false;
    }

    /** Meets one field; both ranges lie in {@code octets}, which are not kept. */
    public void field(byte[] octets, int nameStart, int nameEnd, int valueStart, int valueEnd) {
        switch (nameEnd - nameStart) {
            case 4 -> {
                if (Ascii.equalsIgnoreCase(octets, nameStart, nameEnd, VARY)) {
                    varies |=
                            Ascii.lists(octets, valueStart, valueEnd, ACCEPT_ENCODING)
                                    || Ascii.lists(octets, valueStart, valueEnd, ANY);
                } else if (Ascii.equalsIgnoreCase(octets, nameStart, nameEnd, ETAG)) {
                    strongTag = valueStart < valueEnd && octets[valueStart] == '"';
                }
            }
            case 6 -> fixed |= Ascii.equalsIgnoreCase(octets, nameStart, nameEnd, DIGEST);
            case 11 ->
                    fixed |=
                            Ascii.equalsIgnoreCase(octets, nameStart, nameEnd, CONTENT_MD5)
                                    || Ascii.equalsIgnoreCase(
                                            octets, nameStart, nameEnd, REPR_DIGEST);
            case 12 -> {
                if (Ascii.equalsIgnoreCase(octets, nameStart, nameEnd, CONTENT_TYPE)) {
                    gains = rules.gains(octets, valueStart, valueEnd);
                    eventStream =
                            Ascii.startsIgnoreCase(octets, valueStart, valueEnd, EVENT_STREAM);
                }
            }
            case 13 -> {
                if (Ascii.equalsIgnoreCase(octets, nameStart, nameEnd, CACHE_CONTROL)) {
                    fixed |= Ascii.lists(octets, valueStart, valueEnd, NO_TRANSFORM);
                } else {
                    fixed |= Ascii.equalsIgnoreCase(octets, nameStart, nameEnd, CONTENT_RANGE);
                }
            }
            case 14 -> fixed |= Ascii.equalsIgnoreCase(octets, nameStart, nameEnd, CONTENT_DIGEST);
            case 16 ->
                    fixed |=
                            Ascii.equalsIgnoreCase(octets, nameStart, nameEnd, CONTENT_ENCODING)
                                    && !Ascii.equalsIgnoreCase(
                                            octets, valueStart, valueEnd, IDENTITY);
            default -> {
                // No other field says anything about it.
            }
        }
    }

    /**
     * Decides, after all fields were met.
     *
     * @param accepted by the client, from {@link Accepted}
     * @param head whether the request's method is HEAD
     * @param length of the content, negative if unknown
     * @return null to pass the response on as it is
     */
    public @Nullable Coding choose(long accepted, int status, boolean head, long length) {
        eligible =
                gains
                        && !fixed
                        && status >= 200
                        && status != 204
                        && status != 205
                        && status != 206
                        && (status == 304 || length < 0 || length >= Math.max(1, rules.minBytes()));
        return eligible && !head && status != 304
                ? Accepted.choose(accepted, rules.codings())
                : null;
    }

    /** Whether {@code Vary: Accept-Encoding} must be added; after {@link #choose}. */
    public boolean variesNow() {
        return eligible && !varies;
    }

    public boolean strongTag() {
        return strongTag;
    }

    /** Whether each part is to be flushed when it came: someone waits for it. */
    public boolean eventStream() {
        return eventStream;
    }
}

package dev.concertina.gateway.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a message body ends (RFC 9112 sections 6.3 and 7.1). Reads the framing octets strictly and
 * leaves the content to the caller.
 */
public final class Body {
    /** Octets a line of chunk framing may have: size and extensions. */
    private static final int CHUNK_LINE_MAX = 256;

    private static final int TRAILERS_MAX = 8 * 1024;
    private static final int NAME_MAX = 64;

    private enum At {
        END,
        LENGTH,
        UNTIL_CLOSE,
        SIZE,
        SIZE_DIGITS,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        LAST_LF
    }

    private At at = At.END;
    private long left;
    private long passed;
    private int line;
    private int trailers;
    private final byte[] name = new byte[NAME_MAX];
    private final StringBuilder value = new StringBuilder(0);
    private boolean keeping;
    private List<Field> kept = List.of();

    public void none() {
        at = At.END;
        kept = List.of();
    }

    public void length(long octets) {
        left = octets;
        kept = List.of();
        at = octets == 0 ? At.END : At.LENGTH;
    }

    public void chunked() {
        at = At.SIZE;
        line = 0;
        trailers = 0;
        keeping = false;
        kept = List.of();
    }

    /** Whether trailers of the body that begins are kept for {@link #trailers}. */
    public void keepTrailers(boolean keep) {
        keeping = keep;
    }

    /**
     * What came behind the last chunk, if that was to be kept; complete when the body has ended.
     */
    public List<Field> trailers() {
        return kept;
    }

    public void untilClose() {
        at = At.UNTIL_CLOSE;
        kept = List.of();
    }

    public boolean ended() {
        return at == At.END;
    }

    public boolean endsWithConnection() {
        return at == At.UNTIL_CLOSE;
    }

    /** Whether a chunk could begin here, so that a last one may be put in. */
    public boolean betweenChunks() {
        return at == At.SIZE;
    }

    /**
     * Passes over framing.
     *
     * @return how many octets of content stand at the reader index, which {@link #took} must be
     *     told of; 0 when the buffer is used up or the body has ended
     * @throws Malformed when the framing could be read in two ways
     */
    public int content(ByteBuf in) {
        while (in.isReadable() && at != At.END) {
            switch (at) {
                case LENGTH, DATA -> {
                    return (int) Math.min(left, in.readableBytes());
                }
                case UNTIL_CLOSE -> {
                    return in.readableBytes();
                }
                default -> framing(in.readByte());
            }
        }
        return 0;
    }

    /** Octets of content still to come, if the head said so; else as many as can be. */
    public long left() {
        return at == At.LENGTH ? left : at == At.END ? 0 : Long.MAX_VALUE;
    }

    /** Octets of content taken so far, of all bodies this has followed. */
    public long passed() {
        return passed;
    }

    /** Says that the content was consumed. */
    public void took(int octets) {
        passed += octets;
        if (at == At.UNTIL_CLOSE) {
            return;
        }
        left -= octets;
        if (left == 0) {
            at = at == At.DATA ? At.DATA_CR : At.END;
        }
    }

    /** Passes over everything of the body that the buffer holds; returns how much that was. */
    public int skip(ByteBuf in) {
        int start = in.readerIndex();
        for (int octets = content(in); octets > 0; octets = content(in)) {
            in.skipBytes(octets);
            took(octets);
        }
        return in.readerIndex() - start;
    }

    private void framing(byte octet) {
        switch (at) {
            case SIZE -> firstDigit(octet);
            case SIZE_DIGITS -> digit(octet);
            case EXTENSION -> extension(octet);
            case SIZE_LF -> {
                expect(octet, Octets.LF);
                at = left == 0 ? At.TRAILER : At.DATA;
            }
            case DATA_CR -> {
                expect(octet, Octets.CR);
                at = At.DATA_LF;
            }
            case DATA_LF -> {
                expect(octet, Octets.LF);
                at = At.SIZE;
                line = 0;
            }
            case TRAILER, TRAILER_NAME, TRAILER_VALUE, TRAILER_LF, LAST_LF -> trailer(octet);
            default -> throw new IllegalStateException("no framing octets at " + at);
        }
    }

    private void firstDigit(byte octet) {
        int digit = Octets.hex(octet);
        if (digit < 0) {
            throw new Malformed("chunk does not begin with its size");
        }
        left = digit;
        line = 1;
        at = At.SIZE_DIGITS;
    }

    private void digit(byte octet) {
        int digit = Octets.hex(octet);
        line++;
        if (digit >= 0) {
            if (left >= 1L << 40) {
                throw new Malformed("chunk size is too large");
            }
            left = left * 16 + digit;
            if (line > 16) {
                throw new Malformed("chunk size has more than 16 digits");
            }
        } else if (octet == Octets.CR) {
            at = At.SIZE_LF;
        } else if (octet == ';') {
            at = At.EXTENSION;
        } else {
            throw new Malformed("chunk size holds something else than hexadecimal digits");
        }
    }

    private void extension(byte octet) {
        if (octet == Octets.CR) {
            at = At.SIZE_LF;
        } else if (!Octets.isValue(octet) || ++line > CHUNK_LINE_MAX) {
            throw new Malformed("chunk extension is too long or holds a control octet");
        }
    }

    private void trailer(byte octet) {
        if (++trailers > TRAILERS_MAX) {
            throw new Malformed(431, "trailers are larger than " + TRAILERS_MAX + " octets");
        }
        switch (at) {
            case TRAILER -> {
                line = 0;
                if (octet == Octets.CR) {
                    at = At.LAST_LF;
                } else {
                    at = At.TRAILER_NAME;
                    trailerName(octet);
                }
            }
            case TRAILER_NAME -> trailerName(octet);
            case TRAILER_VALUE -> {
                if (octet == Octets.CR) {
                    at = At.TRAILER_LF;
                    keepTrailer();
                } else if (!Octets.isValue(octet)) {
                    throw new Malformed("trailer value holds a control octet");
                } else if (keeping) {
                    value.append((char) (octet & 0xFF));
                }
            }
            case TRAILER_LF -> {
                expect(octet, Octets.LF);
                at = At.TRAILER;
            }
            default -> {
                expect(octet, Octets.LF);
                at = At.END;
            }
        }
    }

    private void keepTrailer() {
        if (!keeping) {
            return;
        }
        if (kept.isEmpty()) {
            kept = new ArrayList<>();
        }
        kept.add(new Field(new String(name, 0, line, ISO_8859_1), value.toString().strip()));
        value.setLength(0);
    }

    private void trailerName(byte octet) {
        byte lower = Octets.tokenLower(octet);
        if (lower != 0 && line < NAME_MAX) {
            name[line++] = lower;
            return;
        }
        if (octet != ':' || line == 0) {
            throw new Malformed("trailer name is too long, empty or not a token");
        }
        for (byte[] never : Names.NEVER_TRAILER) {
            if (Octets.equalsIgnoreCase(name, 0, line, never)) {
                throw new Malformed("a trailer must not frame or route");
            }
        }
        at = At.TRAILER_VALUE;
    }

    private static void expect(byte octet, byte expected) {
        if (octet != expected) {
            throw new Malformed("chunk framing has something else where CR LF belongs");
        }
    }
}

package dev.concertina.gateway.path;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * What the path of a request may mean to whoever answers it. Servers differ: some decode {@code
 * %2F}, merge slashes, cut {@code ;name=value} off (as Spring and Tomcat do) or take {@code \} for
 * a slash, others do not. A plain path has one reading; an odd one has each that some server would
 * choose, at most sixteen. A rule holds if any reading matches it.
 *
 * <p>Every reading has its percent-encoded octets decoded. The first has everything else done as
 * well (RFC 3986 sections 5.2.4 and 6.2.2).
 *
 * <p>Used again for the next path; not for several threads. Reading makes no garbage unless a path
 * is longer than any before.
 */
public final class RequestPath {
    private static final int READINGS_MAX = 16;

    /** Choices of a reading, as bits: what is not set is folded. */
    private static final int KEEP_DOTS = 1;

    private static final int KEEP_DOUBLED = 2;
    private static final int KEEP_PARAMETERS = 4;
    private static final int KEEP_ENCODED_SLASH = 8;

    private byte[] octets = new byte[512];
    private byte[] written = new byte[256];
    private final int[] starts = new int[READINGS_MAX];
    private final int[] ends = new int[READINGS_MAX];
    private int readings;

    /**
     * Reads the path of a request target, up to its query.
     *
     * @param target holds it from {@code start} to before {@code end}; not kept
     */
    public void read(byte[] target, int start, int end) {
        int length = end - start;
        int choices = 0;
        boolean encoded = false;
        byte before = 0;
        for (int at = start; at < end; at++) {
            byte octet = target[at];
            switch (octet) {
                case '?', '#' -> {
                    length = at - start;
                    at = end;
                }
                case '%' -> encoded = true;
                case '/' -> choices |= before == '/' ? KEEP_DOUBLED : 0;
                case '.' -> choices |= before == '/' ? KEEP_DOTS : 0;
                case ';' -> choices |= KEEP_PARAMETERS;
                case '\\' -> choices |= KEEP_ENCODED_SLASH;
                default -> {
                    // Means the same to everybody.
                }
            }
            before = octet;
        }
        readings = 0;
        if (length == 0) {
            octets[0] = '/';
            add(0, 1);
        } else if (choices == 0 && !encoded) {
            reserve(length);
            System.arraycopy(target, start, octets, 0, length);
            add(0, length);
        } else {
            readOdd(target, start, length);
        }
    }

    /** As the other, from text. Makes garbage. */
    public void read(String target) {
        byte[] bytes = target.getBytes(UTF_8);
        read(bytes, 0, bytes.length);
    }

    /** How many readings there are; 1 for a path that is not odd. */
    public int readings() {
        return readings;
    }

    /** Whether servers could disagree about what is asked for. */
    public boolean odd() {
        return readings > 1;
    }

    byte[] octets() {
        return octets;
    }

    int start(int reading) {
        return starts[reading];
    }

    int end(int reading) {
        return ends[reading];
    }

    /** Octets of the first reading. */
    public int length() {
        return ends[0] - starts[0];
    }

    /** Whether the first reading begins with these octets, up to {@code length} of them. */
    public boolean startsWith(byte[] prefix, int length) {
        return length() >= length
                && Arrays.equals(octets, starts[0], starts[0] + length, prefix, 0, length);
    }

    /** Octets of the first reading from {@code from} on; a copy. */
    public byte[] below(int from) {
        return Arrays.copyOfRange(octets, starts[0] + from, ends[0]);
    }

    /** The first reading. */
    @Override
    public String toString() {
        return new String(octets, starts[0], ends[0] - starts[0], UTF_8);
    }

    /** Every reading that differs from those before it. */
    private void readOdd(byte[] target, int start, int length) {
        int choices = oddities(target, start, length);
        reserve(length + 1);
        int free = 0;
        for (int keep = 0; keep < READINGS_MAX; keep++) {
            if ((keep & ~choices) != 0) {
                continue;
            }
            reserve(free + length + 1);
            int end = fold(target, start, length, keep, free);
            if (isNew(free, end)) {
                add(free, end);
                free = end;
            }
        }
    }

    /** Which choices make a difference, seen after decoding. */
    private int oddities(byte[] target, int start, int length) {
        int end = start + length;
        int choices = 0;
        int before = 0;
        int at = start;
        while (at < end) {
            int octet = octet(target, at, end);
            boolean encoded = isEncoded(target, at, end, octet);
            at += encoded ? 3 : 1;
            if (octet == '\\' || (octet == '/' && encoded)) {
                choices |= KEEP_ENCODED_SLASH;
                octet = '/';
            }
            if (octet == ';' && !encoded) {
                choices |= KEEP_PARAMETERS;
                // What stands before a parameter may turn out a dot segment or an empty one.
                choices |= KEEP_DOTS | KEEP_DOUBLED;
            }
            if (before == '/' && octet == '/') {
                choices |= KEEP_DOUBLED;
            }
            if (before == '/' && octet == '.') {
                choices |= KEEP_DOTS;
            }
            before = octet;
        }
        return choices;
    }

    private static boolean isEncoded(byte[] target, int at, int end, int octet) {
        return target[at] == '%'
                && (octet != '%'
                        || (at + 2 < end && target[at + 1] == '2' && target[at + 2] == '5'));
    }

    /** The octet at this place, decoded if it is percent-encoded (RFC 3986 section 2.1). */
    private static int octet(byte[] target, int at, int end) {
        if (target[at] == '%' && at + 2 < end) {
            int high = hex(target[at + 1]);
            int low = hex(target[at + 2]);
            if (high >= 0 && low >= 0) {
                return (high << 4) | low;
            }
        }
        return target[at] & 0xFF;
    }

    private static int hex(byte octet) {
        if (octet >= '0' && octet <= '9') {
            return octet - '0';
        }
        int lower = octet | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** Writes one reading from {@code to} on; returns its end. */
    private int fold(byte[] target, int start, int length, int keep, int to) {
        int plain = decode(target, start, length, keep);
        int at = 0;
        int out = to;
        while (at < plain) {
            int next = at;
            // A segment with the slash before it.
            if (written[next] == '/') {
                next++;
            }
            int first = next;
            while (next < plain && written[next] != '/') {
                next++;
            }
            int size = next - first;
            boolean last = next == plain;
            if ((keep & KEEP_DOTS) == 0 && isDot(first, size, 1)) {
                out = last ? endWithSlash(out) : out;
            } else if ((keep & KEEP_DOTS) == 0 && isDot(first, size, 2)) {
                out = back(to, out);
                out = last ? endWithSlash(out) : out;
            } else if (size == 0 && !last && (keep & KEEP_DOUBLED) == 0) {
                // Doubled: the next slash stands for both.
            } else {
                System.arraycopy(written, at, octets, out, next - at);
                out += next - at;
            }
            at = next;
        }
        if (out == to) {
            octets[out++] = '/';
        }
        return out;
    }

    private boolean isDot(int first, int size, int dots) {
        return size == dots && written[first] == '.' && written[first + dots - 1] == '.';
    }

    private int endWithSlash(int out) {
        octets[out] = '/';
        return out + 1;
    }

    private int back(int to, int out) {
        int at = out;
        while (at > to && octets[--at] != '/') {
            // Looks for where the segment before begins.
        }
        return at;
    }

    /** Decodes into {@code written}; returns how much that is. */
    private int decode(byte[] target, int start, int length, int keep) {
        int end = start + length;
        int out = 0;
        int at = start;
        boolean parameter = false;
        if (written.length < length) {
            written = new byte[Math.max(length, 2 * written.length)];
        }
        while (at < end) {
            int octet = octet(target, at, end);
            boolean encoded = isEncoded(target, at, end, octet);
            if (octet == '/' && !encoded) {
                parameter = false;
            } else if (octet == ';' && !encoded && (keep & KEEP_PARAMETERS) == 0) {
                parameter = true;
            }
            if (!parameter) {
                out = put(target, at, octet, encoded, keep, out);
            }
            at += encoded ? 3 : 1;
        }
        return out;
    }

    private int put(byte[] target, int at, int octet, boolean encoded, int keep, int out) {
        boolean slash = octet == '\\' || (octet == '/' && encoded);
        if (slash && (keep & KEEP_ENCODED_SLASH) == 0) {
            written[out] = '/';
            return out + 1;
        }
        if (octet == '/' && encoded) {
            System.arraycopy(target, at, written, out, 3);
            return out + 3;
        }
        written[out] = (byte) octet;
        return out + 1;
    }

    private boolean isNew(int start, int end) {
        for (int i = 0; i < readings; i++) {
            if (Arrays.equals(octets, starts[i], ends[i], octets, start, end)) {
                return false;
            }
        }
        return true;
    }

    private void add(int start, int end) {
        starts[readings] = start;
        ends[readings] = end;
        readings++;
    }

    private void reserve(int size) {
        if (octets.length < size) {
            octets = Arrays.copyOf(octets, Math.max(size, 2 * octets.length));
        }
    }
}

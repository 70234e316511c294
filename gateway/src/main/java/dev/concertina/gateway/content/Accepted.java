package dev.concertina.gateway.content;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which codings a client accepts, from its Accept-Encoding fields (RFC 9110 section 12.5.3), as one
 * long: so it outlives the request's head and makes no garbage. For each coding eleven bits with
 * its weight in thousandths and one added; 0 where it is not named.
 */
public final class Accepted {
    /** What a request without the field accepts, as far as we use it. */
    public static final long NOTHING = 0;

    private static final int BITS = 11;
    private static final int MASK = (1 << BITS) - 1;
    private static final int ANY = Coding.values().length;
    private static final int IDENTITY = ANY + 1;
    private static final int UNKNOWN = -1;
    private static final List<Coding> CODINGS = List.of(Coding.values());
    private static final byte[][] NAMES = {
        {'z', 's', 't', 'd'},
        {'b', 'r'},
        {'g', 'z', 'i', 'p'},
        {'*'},
        {'i', 'd', 'e', 'n', 't', 'i', 't', 'y'}
    };
    private static final byte[] X_GZIP = {'x', '-', 'g', 'z', 'i', 'p'};

    private Accepted() {}

    /**
     * Adds one field value to what others said.
     *
     * @param octets hold it from {@code start} to before {@code end}
     */
    public static long add(long accepted, byte[] octets, int start, int end) {
        long sum = accepted;
        int at = start;
        while (at < end) {
            int comma = Ascii.indexOf(octets, at, end, ',');
            sum = element(sum, octets, at, comma);
            at = comma + 1;
        }
        return sum;
    }

    private static long element(long accepted, byte[] octets, int start, int end) {
        int semicolon = Ascii.indexOf(octets, start, end, ';');
        int first = Ascii.skipSpace(octets, start, semicolon);
        int last = Ascii.trimSpace(octets, first, semicolon);
        int place = place(octets, first, last);
        int weight = semicolon == end ? 1000 : weight(octets, semicolon + 1, end);
        if (place == UNKNOWN || weight < 0) {
            return accepted;
        }
        int shift = place * BITS;
        return (accepted & ~((long) MASK << shift)) | ((long) (weight + 1) << shift);
    }

    private static int place(byte[] octets, int start, int end) {
        for (int i = 0; i < NAMES.length; i++) {
            if (Ascii.equalsIgnoreCase(octets, start, end, NAMES[i])) {
                return i;
            }
        }
        return Ascii.equalsIgnoreCase(octets, start, end, X_GZIP) ? Coding.GZIP.place() : UNKNOWN;
    }

    /** Thousandths of RFC 9110 section 12.4.2; negative if it is none. */
    private static int weight(byte[] octets, int start, int end) {
        int at = Ascii.skipSpace(octets, start, end);
        int last = Ascii.trimSpace(octets, at, end);
        if (last - at < 3 || (octets[at] | 0x20) != 'q' || octets[at + 1] != '=') {
            return -1;
        }
        int whole = octets[at + 2] - '0';
        if (whole < 0 || whole > 1 || (last - at > 3 && octets[at + 3] != '.') || last - at > 7) {
            return -1;
        }
        int weight = whole * 1000;
        int unit = 100;
        for (int i = at + 4; i < last; i++, unit /= 10) {
            int digit = octets[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            weight += digit * unit;
        }
        return Math.min(weight, 1000);
    }

    /** Whether the coding may be sent at all. */
    public static boolean allows(long accepted, Coding coding) {
        return weight(accepted, coding.place()) > 0;
    }

    /**
     * The coding with the greatest weight, of equals the first offered; null if none is accepted or
     * no coding is asked for more than any.
     */
    public static @Nullable Coding choose(long accepted, List<Coding> offered) {
        if (accepted == NOTHING) {
            return null;
        }
        // Unnamed, identity is acceptable but not preferred.
        int best = Math.max(0, named(accepted, IDENTITY));
        Coding chosen = null;
        for (int i = 0; i < offered.size(); i++) {
            Coding coding = offered.get(i);
            int weight = weight(accepted, coding.place());
            boolean better = chosen == null ? weight > 0 && weight >= best : weight > best;
            if (better) {
                best = weight;
                chosen = coding;
            }
        }
        return chosen;
    }

    /** The accepted ones of all codings, as bits by place. */
    static int set(long accepted) {
        int set = 0;
        for (int i = 0; i < CODINGS.size(); i++) {
            if (allows(accepted, CODINGS.get(i))) {
                set |= 1 << CODINGS.get(i).place();
            }
        }
        return set;
    }

    private static int weight(long accepted, int place) {
        int named = named(accepted, place);
        return named >= 0 ? named : Math.max(0, named(accepted, ANY));
    }

    private static int named(long accepted, int place) {
        return (int) ((accepted >>> (place * BITS)) & MASK) - 1;
    }
}

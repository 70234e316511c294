package dev.concertina.starter.database;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A place in the primary's log (an LSN) as a number; a later one is greater. Written as PostgreSQL
 * does, or as 16 hexadecimal digits, whose order is that of the places.
 */
final class Position {
    static final long NONE = 0;

    /** Nobody knows how far, so only the primary will do. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private static final Pattern DIGITS = Pattern.compile("[0-7][0-9a-f]{15}");

    private Position() {}

    static long parse(String lsn) {
        int slash = lsn.indexOf('/');
        return Long.parseLong(lsn.substring(0, slash), 16) << 32
                | Long.parseLong(lsn.substring(slash + 1), 16);
    }

    static String lsn(long position) {
        return String.format("%X/%X", position >>> 32, position & 0xffffffffL);
    }

    static String digits(long position) {
        return String.format("%016x", position);
    }

    /** Empty when this is no place. */
    static OptionalLong ofDigits(String text) {
        return DIGITS.matcher(text).matches()
                ? OptionalLong.of(Long.parseLong(text, 16))
                : OptionalLong.empty();
    }
}

package dev.concertina.gateway.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;

/** Reads field values in place. */
final class Ascii {
    private Ascii() {}

    static byte[] lower(String text) {
        return text.toLowerCase(Locale.ROOT).getBytes(ISO_8859_1);
    }

    /** Where the octet is; {@code end} if it is not there. */
    static int indexOf(byte[] octets, int start, int end, char wanted) {
        int at = start;
        while (at < end && octets[at] != wanted) {
            at++;
        }
        return at;
    }

    static int skipSpace(byte[] octets, int start, int end) {
        int at = start;
        while (at < end && isSpace(octets[at])) {
            at++;
        }
        return at;
    }

    static int trimSpace(byte[] octets, int start, int end) {
        int at = end;
        while (at > start && isSpace(octets[at - 1])) {
            at--;
        }
        return at;
    }

    private static boolean isSpace(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    /** Whether the range is this word, which is in lower case. */
    static boolean equalsIgnoreCase(byte[] octets, int start, int end, byte[] word) {
        return end - start == word.length && startsIgnoreCase(octets, start, end, word);
    }

    static boolean startsIgnoreCase(byte[] octets, int start, int end, byte[] prefix) {
        if (end - start < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            int octet = octets[start + i];
            if (octet != prefix[i] && (octet < 'A' || octet > 'Z' || octet + 32 != prefix[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether the word is an element of a comma-separated list, without its parameters. */
    static boolean lists(byte[] octets, int start, int end, byte[] word) {
        int at = start;
        while (at < end) {
            int comma = indexOf(octets, at, end, ',');
            int first = skipSpace(octets, at, comma);
            int last = trimSpace(octets, first, indexOf(octets, first, comma, ';'));
            if (equalsIgnoreCase(octets, first, last, word)) {
                return true;
            }
            at = comma + 1;
        }
        return false;
    }
}

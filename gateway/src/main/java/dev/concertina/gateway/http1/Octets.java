package dev.concertina.gateway.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** The character classes of RFC 9110 section 5.6 and RFC 9112, as tables. */
final class Octets {
    static final byte CR = '\r';
    static final byte LF = '\n';
    static final byte SP = ' ';
    static final byte TAB = '\t';

    /** Lower case of token characters, 0 for all others. */
    private static final byte[] TOKEN = new byte[256];

    private static final boolean[] VALUE = new boolean[256];
    private static final boolean[] TARGET = new boolean[256];
    private static final boolean[] HOST = new boolean[256];

    static {
        for (int c = '0'; c <= '9'; c++) {
            TOKEN[c] = (byte) c;
        }
        for (int c = 'a'; c <= 'z'; c++) {
            TOKEN[c] = (byte) c;
            TOKEN[c - 32] = (byte) c;
        }
        for (byte c : ascii("!#$%&'*+-.^_`|~")) {
            TOKEN[c] = c;
        }
        VALUE[TAB] = true;
        for (int c = 0x20; c < 256; c++) {
            VALUE[c] = c != 0x7F;
        }
        // Browsers send [ ] { } | \ ^ ` raw in queries, so these pass; '#' never reaches a server.
        for (int c = 0x21; c < 0x7F; c++) {
            TARGET[c] = c != '#' && c != '"' && c != '<' && c != '>';
        }
        for (byte c : ascii("-._~%!$&'()*+,;=:[]")) {
            HOST[c] = true;
        }
        for (int c = 0; c < 128; c++) {
            HOST[c] |= Character.isLetterOrDigit(c);
        }
    }

    private Octets() {}

    static byte tokenLower(byte octet) {
        return TOKEN[octet & 0xFF];
    }

    static boolean isValue(byte octet) {
        return VALUE[octet & 0xFF];
    }

    static boolean isTarget(byte octet) {
        return TARGET[octet & 0xFF];
    }

    static boolean isHost(byte octet) {
        return HOST[octet & 0xFF];
    }

    static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    /** Value of a hexadecimal digit, -1 for anything else. */
    static int hex(byte octet) {
        if (isDigit(octet)) {
            return octet - '0';
        }
        int lower = octet | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** Whether the range holds this word; the word is in lower case. */
    static boolean equalsIgnoreCase(byte[] bytes, int start, int end, byte[] word) {
        if (end - start != word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            byte octet = bytes[start + i];
            if (octet != word[i] && (octet < 'A' || octet > 'Z' || octet + 32 != word[i])) {
                return false;
            }
        }
        return true;
    }

    static boolean startsIgnoreCase(byte[] bytes, int start, int end, byte[] prefix) {
        return end - start >= prefix.length
                && equalsIgnoreCase(bytes, start, start + prefix.length, prefix);
    }

    static boolean equalsIgnoreCase(
            byte[] bytes, int start, int end, int otherStart, int otherEnd) {
        if (end - start != otherEnd - otherStart) {
            return false;
        }
        for (int i = 0; i < end - start; i++) {
            if (lower(bytes[start + i]) != lower(bytes[otherStart + i])) {
                return false;
            }
        }
        return true;
    }

    private static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
    }
}

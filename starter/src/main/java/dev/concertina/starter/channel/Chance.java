package dev.concertina.starter.channel;

import java.security.SecureRandom;
import java.util.concurrent.ThreadLocalRandom;

/** Names nobody else has taken. */
final class Chance {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 8;

    private Chance() {}

    /** Eight digits to base 36. */
    static String name() {
        var name = new char[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            name[i] = DIGITS.charAt(RANDOM.nextInt(DIGITS.length()));
        }
        return new String(name);
    }

    /** Spreads moments; nothing secret rests on it. */
    static long upTo(long max) {
        return ThreadLocalRandom.current().nextLong(max + 1);
    }
}

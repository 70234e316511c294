package dev.concertina.acceptance.gateway;

import java.security.SecureRandom;

/** How much a test does: a little in every run, the numbers of a soak with {@code -Dsoak=true}. */
final class Scale {
    private static final boolean SOAK = Boolean.getBoolean("soak");

    private Scale() {}

    static boolean soak() {
        return SOAK;
    }

    static int of(int usual, int soak) {
        return SOAK ? soak : usual;
    }

    /** Where the chance of a test begins: {@code -Dseed=N} repeats a run. */
    static long seed(String test) {
        Long given = Long.getLong("seed");
        long seed = given == null ? new SecureRandom().nextInt() : given;
        say(test + ": seed " + seed + ", repeat with -Dseed=" + seed);
        return seed;
    }

    /** What a run counted, for whoever reads the log. */
    static void say(String line) {
        System.out.println(line);
    }
}

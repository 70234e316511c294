package dev.concertina.starter.cache;

import java.util.concurrent.ThreadLocalRandom;

/** Names of leases. Nobody gains by guessing one: whoever can use it can write to the store. */
final class Tokens {
    private Tokens() {}

    static String next() {
        var random = ThreadLocalRandom.current();
        return Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
    }
}

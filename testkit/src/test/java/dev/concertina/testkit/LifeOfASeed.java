package dev.concertina.testkit;

import java.util.function.LongConsumer;

/** A {@link Life} for whoever loaded its class otherwise. */
public final class LifeOfASeed implements LongConsumer {
    @Override
    public void accept(long seed) {
        Life.live(seed);
    }
}

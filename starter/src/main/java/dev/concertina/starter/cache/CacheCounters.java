package dev.concertina.starter.cache;

import java.util.concurrent.atomic.LongAdder;

/**
 * What one cache did on this instance.
 *
 * @param near reads answered here
 * @param far reads answered by the shared store
 * @param missed reads that found nothing
 * @param filled values loaded and kept
 * @param rejected values loaded and not kept, because they may be old
 * @param renewed values renewed before their end
 */
record CacheCounters(
        LongAdder near,
        LongAdder far,
        LongAdder missed,
        LongAdder filled,
        LongAdder rejected,
        LongAdder renewed) {
    CacheCounters() {
        this(
                new LongAdder(),
                new LongAdder(),
                new LongAdder(),
                new LongAdder(),
                new LongAdder(),
                new LongAdder());
    }
}
